// What a student who needs help is told: proposed to the staff, who may change it and send it under their name.
import type { Criterion } from '../challenge/challenge.ts';
import { plain } from '../text/escape.ts';

export type Behind = { criterion: Criterion; points: number; of: number };

/** Stands for the address of the student's page, which has a key in it where nobody signs in: pages of the staff show none. */
const ownPage = '{page}';

/** `shown`: students may see their points now. */
export function proposeReminder(
  members: readonly string[],
  challenge: string,
  behind: readonly Behind[],
  { shown }: { shown: boolean },
): string {
  const mentions = members
    .filter((login) => /^[a-z\d](?:[a-z\d-]{0,38})$/i.test(login))
    .map((login) => `@${login}`)
    .join(' ');
  const each = behind.map(({ criterion, points, of }) =>
    shown ? `${criterion} (${round(points)} of ${round(of)} points so far)` : criterion,
  );
  return [
    `${mentions}${mentions === '' ? '' : ': '}in ${plain(challenge)} little has come yet for ${listed(each)}.`,
    `[Your page](${ownPage}) says what is open and what would earn most now.`,
    'Is something in your way? Write it here.',
  ].join('\n');
}

/** By which the comment is known again: it is made once. */
export function reminderMarker(id: string): string {
  return `<!-- practicum-reminder ${id} -->`;
}

export function signReminder(body: string, by: string, page: string): string {
  return `${body.replaceAll(ownPage, page)}\n\n<sub>Written by ${plain(by)} on the dashboard.</sub>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
