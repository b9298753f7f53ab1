// practicum status: how the app stands, from its database alone, for a terminal or a script that watches it.
import { ageOf as age, sayAge as say, sayMinute as minute, whatIsWrong } from '../../flows/upkeep/what-is-wrong.ts';
import { showUnsettled, type Unsettled } from '../../flows/upkeep/show-unsettled.ts';
import type { Figures } from '../../ports/figures.ts';
import type { Io, Register } from '../options/command.ts';
import { courseTime } from '../options/one-course.ts';
import { hasDatabase, withStore } from '../options/with-store.ts';

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
        const wrong = whatIsWrong(figures, now).map(({ text }) => text);
        const unsettled = await showUnsettled(store);
        for (const { login, missing } of unsettled) wrong.push(...missing.map((sentence) => `${login}: ${sentence}`));
        if (json) {
          const all = { ok: wrong.length === 0, at: now, wrong, ...figures, unsettled };
          io.out(`${JSON.stringify(all, undefined, 2)}\n`);
        } else print(io, figures, now, wrong, unsettled);
        io.exit(wrong.length === 0 ? 0 : 1);
      });
    });
};

function print(io: Io, figures: Figures, now: Date, wrong: readonly string[], unsettled: readonly Unsettled[]): void {
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
    for (const sentence of unsettled.find((candidate) => candidate.login === login)?.repositories ?? [])
      line('  differs', sentence);
  }
  line('state', wrong.length === 0 ? 'ok' : `${wrong.length} wrong:`);
  for (const sentence of wrong) io.out(`- ${sentence}\n`);
}
