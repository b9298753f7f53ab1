// The header of a roster → which column is which: our own, and those of GitHub Classroom, Classroom 50, Canvas and Moodle.
import type { CsvRecord } from '../text/split-csv.ts';
import { suggest } from '../text/suggest.ts';
import type { Say } from './roster-problems.ts';

const words = (text: string): string[] => text.split(', ');

const rosterColumns = ['login', 'id', 'name', 'group'] as const;
export type RosterColumn = (typeof rosterColumns)[number];

/** Where each column is; a name may be in two, first and last. `own`: the header is ours, not that of another system. */
export type Places = { at: Map<RosterColumn, number[]>; own: boolean };

/** Spelt without case, hyphens and underscores. The first that a header has is taken. */
const aliases: Record<RosterColumn, readonly string[]> = {
  login: [
    'login',
    'github username',
    'github login',
    'github user',
    'github account',
    'github handle',
    'github id name',
    'github',
    'handle',
    'account',
  ],
  id: [
    'id',
    'identifier',
    'student id',
    'student number',
    'id number',
    'sis user id',
    'sis login id',
    'matriculation number',
    'matriculation',
    'user id',
    'id nummer',
    'matrikelnummer',
    'studienummer',
    'studentnummer',
    'numéro d’identification',
    'número de id',
    'numero id',
  ],
  name: ['name', 'full name', 'fullname', 'student name', 'display name', 'student', 'sortable name'],
  group: words(
    'group, team, groups, group name, team name, gruppe, gruppen, grupper, groupe, groupes, grupo, grupos, gruppo, gruppi, groep, groepen, grupp',
  ),
};
const firstNames = words(
  'first name, firstname, given name, vorname, fornavn, prénom, nombre, nome, voornaam, förnamn',
);
const lastNames = words(
  'last name, lastname, surname, family name, nachname, efternavn, etternavn, nom, apellido(s), apellidos, cognome, sobrenome, achternaam, efternamn',
);
/** In whatever language: a column that names GitHub holds logins, unless it says that it holds something else. */
const ofGitHub = /\bgithub\b/;
const notLogin = /\b(?:id|mail|repo\w*|team|url of|name of)\b/;
/** Of other systems, and of no use here: nothing is said about them. */
const unused =
  /^(?:github id|e ?mail.*|.*courriel.*|.*correo.*|indirizzo.*|roster identifier|section|sis .*|root account|integration id|institution|department|phone|roles?|status|last access.*|pronouns|notes?|enrollment.*|timestamp|city|country|.*points.*|.*score.*|.*grade.*)$/;

/** `undefined` when there is no header to go by: a problem says so. */
export function readHeader(header: CsvRecord, say: Say): Places | undefined {
  const names = header.fields.map(({ text }) => spell(text));
  const gitHub = names.findIndex((name) => ofGitHub.test(name) && !notLogin.test(name));
  // Beside a column of GitHub's, `login` is what people are called elsewhere.
  const own = names.includes('login') && gitHub < 0;
  const at = new Map<RosterColumn, number[]>();
  const used = new Set<number>();
  const take = (column: RosterColumn, ...indices: number[]): void => {
    if (indices.includes(-1) || at.has(column)) return;
    at.set(column, indices);
    for (const index of indices) used.add(index);
  };
  take('login', gitHub);
  for (const column of rosterColumns) for (const alias of aliases[column]) take(column, names.indexOf(alias));
  const [first, last] = [firstNames, lastNames].map((words) => names.findIndex((name) => words.includes(name)));
  take('name', first!, last!);
  if (!isMoodle(header)) for (const alias of ['username', 'user']) take('login', names.indexOf(alias));
  report(header, names, { at, own }, used, say);
  return at.has('login') || at.has('name') || at.has('id') ? { at, own } : undefined;
}

/** Moodle's own `username` is an account there, not on GitHub. Classroom 50 writes `first_name`. */
function isMoodle(header: CsvRecord): boolean {
  return header.fields.some(({ text }) =>
    /^(?:first ?name|surname|last ?name|email address|id ?number)$/i.test(text.trim()),
  );
}

function report(
  header: CsvRecord,
  names: readonly string[],
  { at, own }: Places,
  used: ReadonlySet<number>,
  say: Say,
): void {
  for (const [index, field] of header.fields.entries()) {
    const name = names[index]!;
    const place = { line: header.line, column: field.column };
    if (used.has(index) || name === '') continue;
    const twin = rosterColumns.find((column) => column === name && at.has(column));
    if (twin && at.get(twin)!.some((other) => names[other] === name))
      say(place, 'error', 'duplicate-column', `the column \`${name}\` is given twice`);
    else if (own || !unused.test(name))
      say(
        place,
        'warning',
        'unknown-column',
        `the column \`${field.text.trim().slice(0, 60)}\` is not used`,
        meant(name, at),
      );
  }
  const top = { line: header.line, column: 1 };
  const hint = 'the first line must be `login,id,name,group`';
  if (!at.has('login') && !at.has('name') && !at.has('id'))
    say(top, 'error', 'missing-column', 'the column `login` is missing', hint);
  if (own)
    for (const column of rosterColumns.filter((each) => !at.has(each)))
      say(top, 'warning', 'missing-column', `the column \`${column}\` is missing: it is taken to be empty`, hint);
}

const spell = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll("'", '’')
    .replaceAll(/[\s_-]+/g, ' ');

function meant(name: string, at: ReadonlyMap<RosterColumn, unknown>): string | undefined {
  const column = suggest(
    name,
    rosterColumns.filter((each) => !at.has(each)),
  );
  return column === undefined ? undefined : `did you mean \`${column}\`?`;
}
