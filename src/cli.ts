// The command table. Each command lives in its own file of cli/.
import { Command, CommanderError } from 'commander';
import type { Io, Register } from './cli/options/command.ts';

/** Loaded when asked for: all of them together take half a second to load, which every call would pay. */
const commands: Record<string, () => Promise<Register>> = {
  new: async () => (await import('./cli/course/new.ts')).newCommand,
  check: async () => (await import('./cli/course/check.ts')).check,
  plan: async () => (await import('./cli/course/plan.ts')).plan,
  slice: async () => (await import('./cli/course/slice.ts')).slice,
  dispatch: async () => (await import('./cli/shipment/dispatch.ts')).dispatch,
  shipments: async () => (await import('./cli/shipment/shipments.ts')).shipments,
  request: async () => (await import('./cli/course/request.ts')).request,
  judge: async () => (await import('./cli/grade/judge.ts')).judge,
  pipeline: async () => (await import('./cli/pipeline/pipeline.ts')).pipeline,
  place: async () => (await import('./cli/placement/place.ts')).place,
  placement: async () => (await import('./cli/placement/placement.ts')).placement,
  rehearse: async () => (await import('./cli/rehearsal/rehearse.ts')).rehearse,
  demo: async () => (await import('./cli/rehearsal/demo.ts')).demo,
  serve: async () => (await import('./cli/app/serve.ts')).serve,
  migrate: async () => (await import('./cli/app/migrate.ts')).migrate,
  doctor: async () => (await import('./cli/app/doctor.ts')).doctor,
  grades: async () => (await import('./cli/grade/grades.ts')).grades,
  template: async () => (await import('./cli/course/template.ts')).template,
  import: async () => (await import('./cli/course/import.ts')).importCommand,
  ledger: async () => (await import('./cli/grade/ledger.ts')).ledger,
};

/** Runs one command line. Wrong use is answered on stderr with exit code 2. */
export async function runCli(argv: readonly string[], io: Io): Promise<void> {
  const program = new Command('practicum')
    .description('Releases data into student repositories on a schedule, and scores what follows.')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(add --help for the options)');
  const wanted = Object.hasOwn(commands, argv[0] ?? '') ? [commands[argv[0]!]!] : Object.values(commands);
  for (const register of await Promise.all(wanted.map((load) => load()))) register(program, io);
  for (const command of program.commands) inheritSettings(command, program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    io.exit(error.exitCode === 0 ? 0 : 2);
  }
}

function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}
