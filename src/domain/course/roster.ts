// roster.csv: bytes → the owners of student repositories, or every problem with it at once.
import type { Member, Owner } from './course.ts';
import { decodeText } from '../text/decode-text.ts';
import { isAcceptable } from '../text/problem.ts';
import type { Level, Problem } from '../text/problem.ts';
import { splitCsv } from '../text/split-csv.ts';
import type { CsvRecord } from '../text/split-csv.ts';
import { suggest } from '../text/suggest.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

export type ParsedRoster = { value?: Owner[]; problems: Problem[] };

const columns = ['login', 'id', 'name', 'group'] as const;
type Column = (typeof columns)[number];

/** What other tools call the column that holds the GitHub login. */
const loginAliases = ['github', 'github_login', 'github_username', 'username', 'user', 'handle', 'account'];

type Say = (
  at: { line: number; column: number },
  level: Level,
  code: ProblemCode,
  message: string,
  hint?: string,
) => void;

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
  const { records, unclosed } = splitCsv(decoded.text);
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

function readHeader(header: CsvRecord, say: Say): Map<Column, number> | undefined {
  const places = new Map<Column, number>();
  for (const [index, field] of header.fields.entries()) {
    const name = field.text.trim().toLowerCase();
    const at = { line: header.line, column: field.column };
    const column = columns.find((one) => one === name);
    if (column === undefined) {
      if (name !== '')
        say(at, 'warning', 'unknown-column', `the column \`${field.text.trim()}\` is not used`, meant(name));
    } else if (places.has(column)) say(at, 'error', 'duplicate-column', `the column \`${name}\` is given twice`);
    else places.set(column, index);
  }
  const top = { line: header.line, column: 1 };
  for (const column of columns.filter((one) => !places.has(one))) {
    const hint = 'the first line must be `login,id,name,group`';
    if (column === 'login') say(top, 'error', 'missing-column', 'the column `login` is missing', hint);
    else say(top, 'warning', 'missing-column', `the column \`${column}\` is missing: it is taken to be empty`, hint);
  }
  return places.has('login') ? places : undefined;
}

function meant(name: string): string | undefined {
  const column = loginAliases.includes(name) ? 'login' : suggest(name, columns);
  return column === undefined ? undefined : `did you mean \`${column}\`?`;
}

// GitHub: letters, digits and single inner hyphens, 39 at most; managed accounts add `_` and the enterprise's short code.
const loginPattern = /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:_[A-Za-z0-9]{1,12})?$/;

type Seen = {
  logins: Map<string, number>;
  ids: Map<string, number>;
  groups: Map<string, { slug: string; line: number }>;
};

function readRows(rows: CsvRecord[], places: Map<Column, number>, width: number, say: Say): Owner[] {
  const owners = new Map<string, Owner>();
  const seen: Seen = { logins: new Map(), ids: new Map(), groups: new Map() };
  for (const row of rows) {
    const at = { line: row.line, column: 1 };
    if (row.fields.length !== width && row.fields.slice(width).some(({ text }) => text.trim() !== '')) {
      say(
        at,
        'error',
        'roster-row',
        `this row has ${row.fields.length} fields, the header has ${width}`,
        'quote a field that holds a comma',
      );
      continue;
    }
    if (row.fields.length < width && row.fields.length <= places.get('login')!) {
      say(at, 'error', 'roster-row', `this row has ${row.fields.length} fields, the header has ${width}`);
      continue;
    }
    const read = (column: Column): { text: string; line: number; column: number } => {
      const field = row.fields[places.get(column) ?? -1];
      return { text: field?.text.trim().replace(/\s+/g, ' ') ?? '', line: row.line, column: field?.column ?? 1 };
    };
    const member = readMember(read, seen, say);
    const owner = member && readOwner(member, read('group'), seen, say);
    if (!member || !owner) continue;
    const existing = owners.get(owner.slug);
    if (existing?.kind === 'group' && owner.kind === 'group') existing.members.push(member);
    else if (existing) collide(existing, owner, at, say);
    else owners.set(owner.slug, owner);
  }
  reportSlugCase([...owners.values()], seen, say);
  return [...owners.values()];
}

type Cell = { text: string; line: number; column: number };

function readMember(read: (column: Column) => Cell, seen: Seen, say: Say): Member | undefined {
  const login = read('login');
  const id = read('id');
  const name = read('name').text;
  if (login.text === '') {
    say(login, 'error', 'bad-login', 'the login is empty');
    return undefined;
  }
  if (!loginPattern.test(login.text)) {
    const hint = login.text.startsWith('@')
      ? 'leave out the `@`'
      : 'letters, digits and single hyphens, as in the address of the profile';
    say(login, 'error', 'bad-login', `\`${login.text.slice(0, 60)}\` is not a GitHub login`, hint);
    return undefined;
  }
  const before = seen.logins.get(login.text.toLowerCase());
  if (before !== undefined) {
    say(login, 'error', 'duplicate-login', `\`${login.text}\` is on line ${before} already`);
    return undefined;
  }
  seen.logins.set(login.text.toLowerCase(), login.line);
  const other = id.text === '' ? undefined : seen.ids.get(id.text);
  if (other !== undefined)
    say(id, 'error', 'duplicate-id', `the id \`${id.text.slice(0, 60)}\` is on line ${other} already`);
  seen.ids.set(id.text, id.line);
  if (name.length > 200) say(read('name'), 'error', 'roster-row', 'the name has more than 200 characters');
  return { login: login.text, ...(id.text === '' ? {} : { id: id.text }), ...(name === '' ? {} : { name }) };
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
  const known = [...seen.groups].find(([name, { slug: other }]) => other === slug && name !== group.text);
  if (known) {
    const message = `the groups \`${known[0]}\` (line ${known[1].line}) and \`${group.text}\` would share the repository name \`${slug}\``;
    say(group, 'error', 'group-collision', message, 'write them alike, or tell them apart by letters or digits');
    return undefined;
  }
  if (!seen.groups.has(group.text)) seen.groups.set(group.text, { slug, line: group.line });
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

/** GitHub does not tell cases apart in repository names. */
function reportSlugCase(owners: Owner[], seen: Seen, say: Say): void {
  const known = new Map<string, Owner>();
  for (const owner of owners) {
    const other = known.get(owner.slug.toLowerCase());
    if (other) {
      const line = seen.groups.get(owner.name)?.line ?? seen.logins.get(owner.slug.toLowerCase()) ?? 1;
      collide(other, owner, { line, column: 1 }, say);
    }
    known.set(owner.slug.toLowerCase(), owner);
  }
}
