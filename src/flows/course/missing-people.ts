// Who of the roster gets nothing: rows without a login, and logins that GitHub did not know when the course was read.
import { rosterLines } from '../../domain/course/roster-lines.ts';
import { rosterRows } from '../../domain/course/roster-rows.ts';
import type { Store } from '../../ports/store.ts';
import type { InForce } from './in-force.ts';

export type MissingPeople = {
  roster: string;
  unknown: { login: string; line: number }[];
  without: { name: string; line: number }[];
};

export async function missingPeople(store: Store, { record, course, owners }: InForce): Promise<MissingPeople> {
  const text = record.files[course.roster] ?? '';
  const lines = rosterLines(text);
  const known = new Set((await store.accounts(record.organisation)).map(({ login }) => login.toLowerCase()));
  const members = owners.flatMap((owner) => owner.members.map(({ login }) => login));
  const rows = rosterRows(text);
  const taken = new Set(members.map((login) => login.toLowerCase()));
  // Of a course that was read before accounts were kept, nothing can be said.
  const unknown = members
    .filter((login) => known.size > 0 && !known.has(login.toLowerCase()))
    .map((login) => ({ login, line: lines.get(login.toLowerCase()) ?? 1 }));
  // Not even the form of a login.
  for (const { login, line } of rows)
    if (login !== '' && !taken.has(login.toLowerCase())) unknown.push({ login: login.slice(0, 60), line });
  const without = rows.filter(({ login }) => login === '').map(({ name, id, line }) => ({ name: name || id, line }));
  return { roster: course.roster, unknown, without };
}

/** One sentence for each, with its line. */
export function sayMissing({ roster, unknown, without }: MissingPeople): string[] {
  return [
    ...unknown.map(({ login, line }) => `${roster}:${line}: GitHub has no account \`${login}\`: correct the login`),
    ...without.map(
      ({ name, line }) => `${roster}:${line}: ${name} has no GitHub login yet and gets nothing until then`,
    ),
  ];
}
