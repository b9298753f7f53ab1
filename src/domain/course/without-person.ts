// A roster without one person.
import { splitCsv } from '../text/split-csv.ts';

/** The text without the lines that name this login; `lines` says which they were. The header stays. */
export function withoutPerson(roster: string, login: string): { text: string; lines: number[] } {
  const wanted = login.toLowerCase();
  const { records } = splitCsv(roster);
  const theirs = records.flatMap(({ line, fields }, index) =>
    index > 0 && fields.some(({ text }) => text.trim().replace(/^@/, '').toLowerCase() === wanted)
      ? [{ from: line, to: records[index + 1]?.line ?? Infinity }]
      : [],
  );
  const text = roster
    .split('\n')
    .filter(
      (_, index, all) =>
        (index === all.length - 1 && all[index] === '') ||
        !theirs.some(({ from, to }) => index + 1 >= from && index + 1 < to),
    )
    .join('\n');
  return { text, lines: theirs.map(({ from }) => from) };
}
