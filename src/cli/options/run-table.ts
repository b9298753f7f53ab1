// Runs one command line by a table of commands, of which only the one that is meant is loaded.
import { Command, CommanderError } from 'commander';
import type { Io, Register } from './command.ts';

/** `term` and `about` are what the command's own file says: the list of all commands is shown without loading any. */
type Entry = { term: string; about: string; load: () => Promise<Register> };
export type Commands = Record<string, Entry>;

/** Runs one command line. Wrong use is answered on stderr with exit code 2. */
export async function runTable(argv: readonly string[], io: Io, table: Commands): Promise<void> {
  const program = new Command('practicum')
    .description('Releases data into student repositories on a schedule, and scores what follows.')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(add --help for the options)');
  const named = argv[0] === 'help' ? argv[1] : argv[0];
  if (named !== undefined && Object.hasOwn(table, named)) (await table[named]!.load())(program, io);
  else list(program, table);
  for (const command of program.commands) inheritSettings(command, program);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    io.exit(error.exitCode === 0 ? 0 : 2);
  }
}

/** The commands as a list: enough for `--help`, and to say which one a misspelt one may have meant. */
function list(program: Command, table: Commands): void {
  for (const [name, { about }] of Object.entries(table)) program.command(name).description(about);
  program.configureHelp({ subcommandTerm: (command) => table[command.name()]?.term ?? `${command.name()} [command]` });
}

function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}
