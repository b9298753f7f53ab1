// roster.csv: bytes → the owners of student repositories, or every problem with it at once.
import type { Member, Owner } from './course.ts';
import { decodeText } from '../text/decode-text.ts';
import { isAcceptable } from '../text/problem.ts';
import type { Problem } from '../text/problem.ts';
import { splitCsv } from '../text/split-csv.ts';
import type { CsvRecord } from '../text/split-csv.ts';
import { readLogin } from './read-login.ts';
import { readHeader, type Places, type RosterColumn } from './roster-columns.ts';
import type { Cell, Say } from './roster-problems.ts';

export type ParsedRoster = { value?: Owner[]; problems: Problem[] };

/** Columns in any order, separated by commas, semicolons or tabs, as spreadsheets save them. Order of rows is kept. */
export function parseRoster(bytes: Uint8Array, file = 'roster.csv'): ParsedRoster {
  const decoded = decodeText(bytes, file);
  if (!('text' in decoded)) return { problems: [decoded] };
  const problems: Problem[] = [];
  const say: Say = ({ line, column }, level, code, message, hint) =>
    problems.push({ file, line, column, level, code, message, ...(hint === undefined ? {} : { hint }) });
  const top = { line: 1, column: 1 };
  if (decoded.text.trim() === '') {
    say(top, 'error', 'empty-file', 'the roster is empty', 'its first line must be `login,id,name,group`');
    return { problems };
  }
  // Excel's note to itself of what separates the columns. The line stays, so that the numbers of the others do.
  const { records, unclosed } = splitCsv(decoded.text.replace(/^"?sep=(.)"?\n/i, '\n'));
  if (unclosed) say(unclosed, 'error', 'bad-csv', 'a quoted field begins here and never ends');
  const [header, ...rows] = records;
  const places = header && readHeader(header, say);
  if (!header || !places) return { problems };
  const owners = readRows(rows, places, header.fields.length, say);
  if (rows.length === 0 && !unclosed)
    say({ line: header.line, column: 1 }, 'warning', 'roster-no-students', 'the roster has no students yet');
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return isAcceptable(sorted) ? { value: owners, problems: sorted } : { problems: sorted };
}

type Seen = {
  logins: Map<string, number>;
  ids: Map<string, number>;
  /** By the part of the repository's name that the group becomes. */
  groups: Map<string, { name: string; line: number }>;
};

function readRows(rows: CsvRecord[], places: Places, width: number, say: Say): Owner[] {
  const owners = new Map<string, Owner>();
  const seen: Seen = { logins: new Map(), ids: new Map(), groups: new Map() };
  const without: string[] = [];
  for (const row of rows) {
    const at = { line: row.line, column: 1 };
    const read = (column: RosterColumn): Cell => {
      const fields = (places.at.get(column) ?? []).flatMap((index) => row.fields[index] ?? []);
      const text = fields
        .map((field) => field.text.trim())
        .join(' ')
        .replaceAll(/\s+/g, ' ')
        .trim();
      return { text, line: row.line, column: fields[0]?.column ?? 1 };
    };
    if (isNoStudent(read('name').text) || !hasWidth(row, places, width, read('group').text, say)) continue;
    const member = readMember(read, places, seen, without, say);
    const owner = member && readOwner(member, read('group'), seen, say);
    if (!member || !owner) continue;
    const existing = owners.get(owner.slug);
    if (existing?.kind === 'group' && owner.kind === 'group') existing.members.push(member);
    else if (existing) collide(existing, owner, at, say);
    else owners.set(owner.slug, owner);
  }
  reportWithout(without, places, say);
  reportSlugCase([...owners.values()], seen, say);
  reportTwoGroups(seen, say);
  return [...owners.values()];
}

/** Canvas puts the points that can be reached, and a student of its own, among the students. */
export const isNoStudent = (name: string): boolean => /^(?:points possible|student, test|test student)$/i.test(name);

/** A field too many has moved every one behind it: the cell that is read as the group may be half of a name. */
function hasWidth(row: CsvRecord, { at }: Places, width: number, group: string, say: Say): boolean {
  const extra = row.fields.slice(width);
  const tooMany = extra.some(({ text }) => text.trim() !== '') || (extra.length > 0 && group !== '');
  const tooFew = row.fields.length < width && row.fields.length <= (at.get('login')?.[0] ?? 0);
  if (!tooMany && !tooFew) return true;
  const message = `this row has ${row.fields.length} fields, the header has ${width}`;
  say(
    { line: row.line, column: 1 },
    'error',
    'roster-row',
    message,
    tooMany ? 'quote a field that holds a comma' : undefined,
  );
  return false;
}

function readMember(
  read: (column: RosterColumn) => Cell,
  places: Places,
  seen: Seen,
  without: string[],
  say: Say,
): Member | undefined {
  const [cell, id, name] = [read('login'), read('id'), read('name')];
  const login = readLogin(cell, say, (name.text || id.text || undefined)?.slice(0, 60));
  if (login === '') {
    const who = name.text || id.text || `line ${cell.line}`;
    without.push(who);
    if (places.at.has('login'))
      say(
        cell,
        'warning',
        'no-login',
        `${who.slice(0, 60)} has no GitHub login yet and gets nothing until one is added`,
      );
  }
  if (!login) return undefined;
  const before = seen.logins.get(login.toLowerCase());
  if (before !== undefined) {
    say(cell, 'error', 'duplicate-login', `duplicate login \`${login}\` (first on line ${before})`);
    return undefined;
  }
  seen.logins.set(login.toLowerCase(), cell.line);
  const other = id.text === '' ? undefined : seen.ids.get(id.text);
  if (other !== undefined)
    say(id, 'error', 'duplicate-id', `duplicate id \`${id.text.slice(0, 60)}\` (first on line ${other})`);
  seen.ids.set(id.text, id.line);
  if (name.text.length > 200) say(name, 'error', 'roster-row', 'the name has more than 200 characters');
  return { login, ...(id.text === '' ? {} : { id: id.text }), ...(name.text === '' ? {} : { name: name.text }) };
}

/** An export of another system knows no GitHub logins at all: that is said once, with the names. */
function reportWithout(without: readonly string[], { at }: Places, say: Say): void {
  if (without.length === 0 || at.has('login')) return;
  const named = without.slice(0, 10).join(', ');
  const rest = without.length > 10 ? ` and ${without.length - 10} more` : '';
  say(
    { line: 1, column: 1 },
    'warning',
    'no-login',
    `no column holds GitHub logins: ${named}${rest} get nothing until logins are added`,
    'add a column `login`',
  );
}

function readOwner(member: Member, group: Cell, seen: Seen, say: Say): Owner | undefined {
  if (group.text === '')
    return { slug: member.login, kind: 'student', name: member.name ?? member.login, members: [member] };
  const slug = slugOfGroup(group.text);
  if (slug === '' || slug.length > 60) {
    const message = slug === '' ? 'must contain a letter or digit' : 'must be shorter (60 characters at most)';
    say(
      group,
      'error',
      'bad-group',
      `the group \`${group.text.slice(0, 60)}\` ${message}`,
      'it becomes part of a repository name',
    );
    return undefined;
  }
  const known = seen.groups.get(slug);
  if (known && known.name !== group.text) {
    const message = `the groups \`${known.name}\` (line ${known.line}) and \`${group.text}\` would share the repository name \`${slug}\``;
    say(group, 'error', 'group-collision', message, 'write them alike, or tell them apart by letters or digits');
    return undefined;
  }
  if (!known) seen.groups.set(slug, { name: group.text, line: group.line });
  return { slug, kind: 'group', name: group.text, members: [member] };
}

/** A group's name as part of a repository name: accents dropped, everything but letters, digits, `.`, `_` and `-` a hyphen. */
export function slugOfGroup(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-._]+|[-._]+$/g, '');
}

function collide(existing: Owner, owner: Owner, at: { line: number; column: number }, say: Say): void {
  const message = `the ${existing.kind} \`${existing.name}\` and the ${owner.kind} \`${owner.name}\` would share a repository`;
  say(at, 'error', 'group-collision', message, 'rename the group');
}

/** Exports write all groups of a person into one cell: a group of that name would be nobody's. */
function reportTwoGroups({ groups }: Seen, say: Say): void {
  const names = new Set([...groups.values()].map(({ name }) => name));
  for (const { name, line } of groups.values()) {
    const parts = name.split(/[,;]/).map((part) => part.trim());
    if (parts.length < 2 || !parts.some((part) => names.has(part))) continue;
    const message = `\`${name.slice(0, 60)}\` names more than one group, and a student works in one`;
    say({ line, column: 1 }, 'error', 'bad-group', message, 'leave the group that this course is about');
  }
}

/** GitHub does not tell cases apart in repository names. */
function reportSlugCase(owners: Owner[], seen: Seen, say: Say): void {
  const known = new Map<string, Owner>();
  for (const owner of owners) {
    const other = known.get(owner.slug.toLowerCase());
    if (other) {
      const line = seen.groups.get(owner.slug)?.line ?? seen.logins.get(owner.slug.toLowerCase()) ?? 1;
      collide(other, owner, { line, column: 1 }, say);
    }
    known.set(owner.slug.toLowerCase(), owner);
  }
}
