// practicum status: how the app stands, from its database alone, for a terminal or a script that watches it.
import { holdLine } from '../../domain/messages/hold-line.ts';
import { lateAfterMs, type CourseFigures, type Figures } from '../../ports/figures.ts';
import type { Io, Register } from '../options/command.ts';
import { courseTime } from '../options/one-course.ts';
import { hasDatabase, withStore } from '../options/with-store.ts';

/** A worker looks every second: a timer that is overdue by so much has nobody to work it off. */
const overdueMs = 120_000;
const slowMs = 10 * 60_000;

export const status: Register = (program, io) => {
  program
    .command('status')
    .description(
      'how the app stands: queue, holds, shipments, webhooks and ledger; exit code 1 when something is wrong',
    )
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      if (!(await hasDatabase(io))) {
        io.err(
          'practicum status: there is no database: set DATABASE_URL, or PRACTICUM_HOME to the folder where the app keeps its own\n',
        );
        return io.exit(2);
      }
      await withStore(io, async (store) => {
        const now = await courseTime(io);
        const figures = await store.figures(now);
        const wrong = whatIsWrong(figures, now);
        if (json) io.out(`${JSON.stringify({ ok: wrong.length === 0, at: now, wrong, ...figures }, undefined, 2)}\n`);
        else print(io, figures, now, wrong);
        io.exit(wrong.length === 0 ? 0 : 1);
      });
    });
};

/** In sentences, each with what to do. */
function whatIsWrong(figures: Figures, now: Date): string[] {
  const { timerDueAt, webhooks, parked, holds, courses, queue } = figures;
  const wrong: string[] = [];
  if (!timerDueAt) wrong.push('the app has never run on this database: start it with `npm start`');
  else if (age(now, timerDueAt) > overdueMs)
    wrong.push(`no process works: the app’s own timer is overdue by ${say(age(now, timerDueAt))}; start the app`);
  if (courses.length === 0) wrong.push('the App is installed nowhere: install it on the course organisation');
  else if (!webhooks.lastAt) wrong.push('no webhook has ever come: see Advanced → Recent deliveries on the App’s page');
  if (webhooks.oldestAt && age(now, webhooks.oldestAt) > slowMs)
    wrong.push(`${webhooks.waiting} webhooks wait, the oldest for ${say(age(now, webhooks.oldestAt))}`);
  for (const hold of holds) wrong.push(holdLine(hold, 'UTC'));
  for (const { kind, oldestDueAt } of queue)
    if (kind === 'prompt' && oldestDueAt && age(now, oldestDueAt) > slowMs)
      wrong.push(`what people wait for is late: the oldest job has been due for ${say(age(now, oldestDueAt))}`);
  if (parked > 0) wrong.push(`${parked} jobs failed permanently: the dashboard has each, with a button to try again`);
  return [...wrong, ...courses.flatMap((course) => wrongInCourse(course))];
}

function wrongInCourse({ login, inForce, refusedAt, shipments }: CourseFigures): string[] {
  const wrong: string[] = [];
  if (!inForce && !refusedAt) wrong.push(`${login}: no course is in force: merge the pull request that proposes one`);
  if (refusedAt)
    wrong.push(
      `${login}: the newest commit of the course is refused since ${minute(refusedAt)}: the check *sync* lists its errors`,
    );
  const { late, parked } = shipments;
  const where = `practicum shipments --course ${login}`;
  if (late > 0)
    wrong.push(`${login}: ${late} shipments are late by more than ${say(lateAfterMs)}: \`${where}\` says why`);
  if (parked > 0) wrong.push(`${login}: ${parked} shipments failed permanently: \`${where} --state failed\` says why`);
  return wrong;
}

function print(io: Io, figures: Figures, now: Date, wrong: readonly string[]): void {
  const line = (name: string, text: string): void => io.out(`${name.padEnd(10)} ${text}\n`);
  for (const { kind, due, oldestDueAt } of figures.queue)
    line(`queue`, `${kind.padEnd(7)} ${due} due${oldestDueAt ? `, the oldest for ${say(age(now, oldestDueAt))}` : ''}`);
  line('parked', `${figures.parked} jobs`);
  line('on hold', figures.holds.length === 0 ? 'nothing' : figures.holds.map(({ scope }) => scope).join(', '));
  const { lastAt, waiting } = figures.webhooks;
  line('webhooks', `last ${lastAt ? `${minute(lastAt)}, ${say(age(now, lastAt))} ago` : 'never'}; ${waiting} waiting`);
  for (const { login, inForce, shipments, ledger } of figures.courses) {
    const { sent, planned, due, late, parked, held } = shipments;
    line('course', `${login}: ${inForce ? 'in force' : 'no course in force'}`);
    line('  sent', `${sent}; due ${due}, late ${late}, parked ${parked}, held ${held}, planned ${planned}`);
    line('  ledger', ledger.hash ? `entry ${ledger.seq}, ${ledger.hash}; ${ledger.behind} to enter` : 'no entry yet');
  }
  line('state', wrong.length === 0 ? 'ok' : `${wrong.length} wrong:`);
  for (const sentence of wrong) io.out(`- ${sentence}\n`);
}

const age = (now: Date, then: Date): number => Math.max(0, now.getTime() - then.getTime());
const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function say(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
