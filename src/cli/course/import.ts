// practicum import: challenges of other systems become challenge.yml.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { importPpipe } from '../../domain/ppipe/import.ts';
import type { Imported } from '../../domain/ppipe/import.ts';
import { formatProblem, isAcceptable } from '../../domain/text/problem.ts';
import type { Io, Register } from '../options/command.ts';

type Options = { out?: string; json?: boolean };

export const importCommand: Register = (program, io) => {
  const command = program.command('import').description('turn challenges of other systems into challenge.yml');
  command
    .command('ppipe')
    .description('read a P-pipe challenge (or the list that its API answers), in any of its forms')
    .argument('<file>', 'JSON file')
    .option('--out <dir>', 'write DIR/challenges/NAME/challenge.yml instead of printing; existing files are kept')
    .option('--json', 'print { challenges: [{ name, yaml, notes, problems }], problems }')
    .addHelpText('after', '\nExit code: 1 when something must be fixed by hand before the file is valid.')
    .action(async (file: string, options: Options) => {
      const bytes = await readFile(file).catch(() => undefined);
      if (!bytes) {
        io.err(`practicum import: cannot read ${file}\n`);
        return io.exit(2);
      }
      const imported = importPpipe(bytes, file);
      if (options.json) io.out(`${JSON.stringify(imported, undefined, 2)}\n`);
      else say(imported, io);
      const written =
        options.out === undefined ? await printAll(imported, options, io) : await writeAll(imported, options.out, io);
      const all = [...imported.problems, ...imported.challenges.flatMap(({ problems }) => problems)];
      io.exit(isAcceptable(all) && written ? 0 : 1);
    });
};

function say({ challenges, problems }: Imported, io: Io): void {
  for (const problem of problems) io.err(`${formatProblem(problem)}\n`);
  for (const { name, notes, problems: own } of challenges) {
    for (const note of notes) io.err(`${name}: ${note.replace(/\p{Cc}+/gu, ' ')}\n`);
    for (const problem of own) io.err(`${formatProblem(problem)}\n`);
  }
}

async function printAll({ challenges }: Imported, { json }: Options, io: Io): Promise<boolean> {
  if (!json) io.out(challenges.map(({ yaml }) => yaml).join('---\n'));
  return true;
}

async function writeAll({ challenges }: Imported, out: string, io: Io): Promise<boolean> {
  let all = true;
  for (const { name, yaml } of challenges) {
    const path = join(out, 'challenges', name, 'challenge.yml');
    await mkdir(dirname(path), { recursive: true });
    const written = await writeFile(path, yaml, { flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return false;
      },
    );
    io.err(written ? `wrote ${path}\n` : `kept ${path}: it already exists\n`);
    all &&= written;
  }
  return all;
}
