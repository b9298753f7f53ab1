// What is wrong with the app and its courses, by the numbers of the database: for `practicum status` and the staff's channel.
import { holdLine } from '../../domain/messages/hold-line.ts';
import { lateAfterMs, type CourseFigures, type Figures } from '../../ports/figures.ts';

/** `key` stays while it is the same trouble, whatever the text counts by then. `staff`: a teacher can use to know it. */
export type Trouble = { key: string; text: string; staff: boolean };

/** A worker looks every second: a timer that is overdue by so much has nobody to work it off. */
const overdueMs = 120_000;
const slowMs = 10 * 60_000;

/** In sentences, each with what to do. */
export function whatIsWrong(figures: Figures, now: Date): Trouble[] {
  return [...wrongInApp(figures, now), ...figures.courses.flatMap((course) => wrongInCourse(course))];
}

function wrongInApp({ timerDueAt, webhooks, parked, holds, courses, queue }: Figures, now: Date): Trouble[] {
  const wrong: Trouble[] = [];
  const add = (key: string, text: string, staff = false): number => wrong.push({ key, text, staff });
  if (!timerDueAt) add('never-ran', 'the app has never run on this database: start it with `npm start`');
  else if (ageOf(now, timerDueAt) > overdueMs)
    add(
      'nobody-works',
      `no process works: the app’s own timer is overdue by ${sayAge(ageOf(now, timerDueAt))}; start the app`,
    );
  if (courses.length === 0) add('nowhere', 'the App is installed nowhere: install it on the course organisation');
  else if (!webhooks.lastAt)
    add('no-webhook', 'no webhook has ever come: see Advanced → Recent deliveries on the App’s page');
  if (webhooks.oldestAt && ageOf(now, webhooks.oldestAt) > slowMs)
    add('webhooks', `${webhooks.waiting} webhooks wait, the oldest for ${sayAge(ageOf(now, webhooks.oldestAt))}`);
  for (const hold of holds) add(`hold/${hold.scope}`, holdLine(hold, 'UTC'), true);
  for (const { kind, oldestDueAt } of queue)
    if (kind === 'prompt' && oldestDueAt && ageOf(now, oldestDueAt) > slowMs)
      add(
        'late-jobs',
        `what people wait for is late: the oldest job has been due for ${sayAge(ageOf(now, oldestDueAt))}`,
      );
  if (parked > 0)
    add('parked', `${parked} jobs failed permanently: the dashboard has each, with a button to try again`, true);
  return wrong;
}

function wrongInCourse({ login, inForce, refusedAt, shipments, differing }: CourseFigures): Trouble[] {
  const wrong: Trouble[] = [];
  const add = (key: string, text: string, staff = true): number =>
    wrong.push({ key: `${login}/${key}`, text: `${login}: ${text}`, staff });
  if (!inForce && !refusedAt)
    add('without-course', 'no course is in force: merge the pull request that proposes one', false);
  if (refusedAt)
    add(
      'refused',
      `the newest commit of the course is refused since ${sayMinute(refusedAt)}: the check *sync* lists its errors`,
    );
  if (differing > 0)
    add(
      'differing',
      `${differing} student repositories are not as the course wants them: \`practicum repositories --course ${login}\` lists each`,
    );
  const { late, parked } = shipments;
  const where = `practicum shipments --course ${login}`;
  if (late > 0) add('late', `${late} shipments are late by more than ${sayAge(lateAfterMs)}: \`${where}\` says why`);
  if (parked > 0) add('failed', `${parked} shipments failed permanently: \`${where} --state failed\` says why`);
  return wrong;
}

export const ageOf = (now: Date, then: Date): number => Math.max(0, now.getTime() - then.getTime());
export const sayMinute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export function sayAge(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
