// Where each login stands in the text of a roster: for what is found out about a person after the roster was read.
import { splitCsv } from '../text/split-csv.ts';

/** Lower-case login → its first line, from 1. Any cell that is the login will do: which column it is, the header knows. */
export function rosterLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  for (const { line, fields } of splitCsv(text.replaceAll(/\r\n?/g, '\n')).records)
    for (const field of fields) {
      const login = field.text
        .trim()
        .toLowerCase()
        .replace(/^(?:https?:\/\/)?(?:www\.)?github\.com\/|^@/, '')
        .replace(/\/$/, '');
      if (login !== '' && !lines.has(login)) lines.set(login, line);
    }
  return lines;
}
