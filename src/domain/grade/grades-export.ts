// Takes a gradebook out: as a table for people, and in the forms that Canvas and Moodle import.
import { criteria } from '../challenge/challenge.ts';
import type { Member } from '../course/course.ts';
import type { Gradebook, GradebookRow } from './gradebook.ts';

export const EXPORT_FORMATS = ['csv', 'canvas', 'moodle'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The text of a CSV file (RFC 4180, CRLF), safe to open in a spreadsheet. */
export function exportGrades(book: Gradebook, format: ExportFormat): string {
  // Spreadsheets need the mark to read UTF-8; the importers of Canvas and Moodle do not want it.
  if (format === 'csv') return `\ufeff${toCsv(fullTable(book))}`;
  return toCsv(format === 'canvas' ? canvasTable(book) : moodleTable(book));
}

type Cell = string | number | undefined;

/** One line for each owner and challenge, with points and reason for each criterion. */
function fullTable({ rows }: Gradebook): Cell[][] {
  const used = criteria.filter((criterion) => rows.some((row) => row.criteria[criterion]));
  const graded = rows.some(({ passes }) => passes !== undefined);
  const pass = graded ? ['pass'] : [];
  const head = ['owner', 'name', 'members', 'challenge', 'total', 'of', 'worth', 'computed', ...pass];
  const titles = used.flatMap((criterion) => [criterion, `${criterion} of`, `${criterion} reason`]);
  return [
    [...head, ...titles],
    ...rows.map((row) => [
      row.owner,
      row.name,
      row.members.map(({ login }) => login).join(' '),
      row.challenge,
      row.total,
      row.of,
      row.worth,
      row.computed,
      ...(graded ? [row.passes === undefined ? undefined : row.passes ? 'yes' : 'no'] : []),
      ...used.flatMap((criterion): Cell[] => {
        const scored = row.criteria[criterion];
        return scored ? [scored.points, scored.of, scored.reason] : [undefined, undefined, undefined];
      }),
    ]),
  ];
}

type Student = { member: Member; rows: Map<string, GradebookRow> };

/** Every student once; members of a group each have the group's rows. */
function students({ rows }: Gradebook): Student[] {
  const known = new Map<string, Student>();
  for (const row of rows) {
    for (const member of row.members) {
      const student = known.get(member.login) ?? { member, rows: new Map() };
      known.set(member.login, student);
      student.rows.set(row.challenge, row);
    }
  }
  return [...known.values()];
}

/** Canvas matches a student by SIS id or login; the second line tells what each assignment is worth. */
function canvasTable(book: Gradebook): Cell[][] {
  const names = book.challenges.map(({ name }) => name);
  return [
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', ...names],
    ['Points Possible', '', '', '', '', ...book.challenges.map(({ worth }) => worth)],
    ...students(book).map(({ member, rows }) => [
      member.name ?? member.login,
      '',
      member.id ?? '',
      member.login,
      '',
      ...names.map((name) => rows.get(name)?.total ?? ''),
    ]),
  ];
}

/** Moodle maps columns by name on import; `idnumber` is the institution's id, and feedback may stand beside a grade. */
function moodleTable(book: Gradebook): Cell[][] {
  const names = book.challenges.map(({ name }) => name);
  return [
    ['username', 'idnumber', 'fullname', ...names.flatMap((name) => [name, `${name} (feedback)`])],
    ...students(book).map(({ member, rows }) => [
      member.login,
      member.id ?? '',
      member.name ?? member.login,
      ...names.flatMap((name) => {
        const row = rows.get(name);
        return row ? [row.total, feedback(row)] : ['', ''];
      }),
    ]),
  ];
}

function feedback({ criteria: scored, passes }: GradebookRow): string {
  const parts = criteria.flatMap((criterion) => {
    const graded = scored[criterion];
    return graded ? [`${criterion} ${graded.points} of ${graded.worth}`] : [];
  });
  if (passes !== undefined) parts.push(passes ? 'pass' : 'no pass');
  return parts.join('; ');
}

export function toCsv(table: readonly Cell[][]): string {
  return `${table.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** Quotes where needed, and keeps a spreadsheet from taking text for a formula. Numbers stay numbers. */
export function csvCell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[\s\p{Cf}]*[=+\-@|%\t\r＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
