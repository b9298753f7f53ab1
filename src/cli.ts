// The command table. Each command lives in its own file of cli/.
import type { Io } from './cli/options/command.ts';
import { type Commands, runTable } from './cli/options/run-table.ts';
import { portableCommands } from './cli/portable-commands.ts';

export const commands: Commands = {
  new: {
    term: 'new [options] <data>',
    about: 'make a course from data: a file, a folder or an https:// address',
    load: async () => (await import('./cli/course/new.ts')).newCommand,
  },
  ...portableCommands,
  slice: {
    term: 'slice [options] <challenge>',
    about: 'write the slices of a challenge, its hold-out, and the truth about its drift',
    load: async () => (await import('./cli/course/slice.ts')).slice,
  },
  dispatch: {
    term: 'dispatch [options] <shipment.json>',
    about:
      'carry out one shipment again, from its JSON alone (a row of `plan --json`, or of a failed one on the dashboard)',
    load: async () => (await import('./cli/shipment/dispatch.ts')).dispatch,
  },
  shipments: {
    term: 'shipments [options]',
    about: 'list shipments with state, attempts, last error and next try; hold, resend or cancel them',
    load: async () => (await import('./cli/shipment/shipments.ts')).shipments,
  },
  request: {
    term: 'request [options] <challenge>',
    about: 'issue a request now, by a rule of the challenge with `on: manual`',
    load: async () => (await import('./cli/course/request.ts')).request,
  },
  judge: {
    term: 'judge [options] <request> <answer>',
    about: 'the verdict on an answer: rows that match, are missing, were not asked for, or differ',
    load: async () => (await import('./cli/grade/judge.ts')).judge,
  },
  place: {
    term: 'place [options] <owner/repo>',
    about: 'put the pipeline of a student repository into the queue of its organisation, or take it out',
    load: async () => (await import('./cli/placement/place.ts')).place,
  },
  placement: {
    term: 'placement',
    about: 'whose task runs where: efforts of pipelines, placers compared in simulation, results of the queue',
    load: async () => (await import('./cli/placement/placement.ts')).placement,
  },
  rehearse: {
    term: 'rehearse [options] [dir]',
    about:
      'run your own course in minutes: every release, synthetic students of every kind, and the gradebook they would get',
    load: async () => (await import('./cli/rehearsal/rehearse.ts')).rehearse,
  },
  term: {
    term: 'term',
    about: 'a whole term as one file that names nobody, for `rehearse --replay`',
    load: async () => (await import('./cli/grade/term.ts')).term,
  },
  demo: {
    term: 'demo [options]',
    about:
      'run the bundled example course on this machine: a sandbox GitHub, a database, the app, a teacher and five students',
    load: async () => (await import('./cli/rehearsal/demo.ts')).demo,
  },
  serve: {
    term: 'serve [options]',
    about: 'run the app: webhooks, jobs and the dashboard; settings come from the environment (docs/operations.md)',
    load: async () => (await import('./cli/app/serve.ts')).serve,
  },
  migrate: {
    term: 'migrate',
    about: 'create or upgrade the database: DATABASE_URL, or the embedded PostgreSQL below PRACTICUM_HOME',
    load: async () => (await import('./cli/app/migrate.ts')).migrate,
  },
  doctor: {
    term: 'doctor [options]',
    about: 'check settings, git, database and the App’s permissions, and say how to fix what is wrong',
    load: async () => (await import('./cli/app/doctor.ts')).doctor,
  },
  grades: {
    term: 'grades',
    about: 'export grades, and decide about them',
    load: async () => (await import('./cli/grade/grades.ts')).grades,
  },
  repositories: {
    term: 'repositories [options]',
    about: 'list every student repository as last seen, with its differences from the course’s settings',
    load: async () => (await import('./cli/course/repositories.ts')).repositories,
  },
  forget: {
    term: 'forget [options] <login>',
    about: 'remove what the app keeps about one person; the ledger keeps sealed tombstones and still verifies',
    load: async () => (await import('./cli/course/forget.ts')).forget,
  },
  template: {
    term: 'template',
    about: 'how changes of the template reach student repositories',
    load: async () => (await import('./cli/course/template.ts')).template,
  },
  import: {
    term: 'import',
    about: 'turn challenges of other systems into challenge.yml',
    load: async () => (await import('./cli/course/import.ts')).importCommand,
  },
  ledger: {
    term: 'ledger',
    about: 'the append-only record behind the grades',
    load: async () => (await import('./cli/grade/ledger.ts')).ledger,
  },
};

/**
 * Runs one command line.
 * @public
 */
export function runCli(argv: readonly string[], io: Io): Promise<void> {
  return runTable(argv, io, commands);
}
