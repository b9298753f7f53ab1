// practicum slice: writes every file that a challenge means, without sending any.
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetError } from '../../dataset/work/dataset-error.ts';
import { alignLeft } from '../../domain/text/align-left.ts';
import { formatProblem, isAcceptable, type Problem } from '../../domain/text/problem.ts';
import type { Io, Register } from '../options/command.ts';
import { readChallenge } from '../../course-folder/make/read-challenge.ts';
import { NoSuchFolder } from '../../course-folder/read-course-folder.ts';
import { type WrittenRow, writeChallenge, WrongOwner } from '../../course-folder/make/write-challenge.ts';

type Options = { out: string; owner?: string; json?: boolean };

export const slice: Register = (program, io) => {
  program
    .command('slice')
    .description('write the slices of a challenge, its hold-out, and the truth about its drift')
    .argument('<challenge>', 'a challenge.yml, or the folder it is in; course.yml is found in the folders above')
    .requiredOption('--out <dir>', 'folder to write to: each slice at its path, the rest below .teacher/')
    .option('--owner <slug>', 'only for this owner')
    .option('--json', 'print a list: { release, owner, path, rows: [from, to], count, columns, bytes, sha256 }')
    .addHelpText('after', help)
    .action(async (path: string, options: Options) => {
      const work = await mkdtemp(join(tmpdir(), 'practicum-slice-'));
      try {
        await run(path, options, work, io);
      } catch (error) {
        fail(error, io);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    });
};

const help = `
Rows are half-open: [from, to) of the released rows, hold-out excluded. With per: student, each owner of the roster
has a folder of his or her own below DIR. A schema.yml beside challenge.yml is checked on every slice.
.teacher/ is not for students: hold-out.csv, drift.json (what was changed), drift-rows.csv (in which rows).
Exit code: 1 when a file has errors, 2 for wrong use.`;

async function run(path: string, { out, owner, json }: Options, work: string, io: Io): Promise<void> {
  const { found, problems } = await readChallenge(path, work, io.env);
  if (!found) return report(problems, io);
  await mkdir(out, { recursive: true });
  const { rows, problems: broken } = await writeChallenge(found, out, owner, work);
  io.out(json ? `${JSON.stringify(rows, undefined, 2)}\n` : toTable(rows));
  report([...problems, ...broken], io);
}

function report(problems: readonly Problem[], io: Io): void {
  const shown = problems.filter(({ level }) => level !== 'notice');
  io.err(shown.map((problem) => `${formatProblem(problem)}\n`).join(''));
  if (!isAcceptable(problems)) io.exit(1);
}

/** Wrong use exits with 2, data that cannot be read with 1; everything else is ours and goes up. */
function fail(error: unknown, io: Io): void {
  const misuse = error instanceof NoSuchFolder || error instanceof WrongOwner;
  if (!misuse && !(error instanceof DatasetError)) throw error;
  io.err(`practicum slice: ${error.message}\n`);
  io.exit(misuse ? 2 : 1);
}

function toTable(rows: readonly WrittenRow[]): string {
  const lines = rows.map(({ release, path, rows: range, count, bytes, sha256 }) => [
    release,
    path,
    range ? `[${range[0]}, ${range[1]})` : 'where',
    String(count),
    String(bytes),
    sha256.slice(0, 12),
  ]);
  const table = [['release', 'path', 'rows', 'count', 'bytes', 'sha256'], ...lines];
  return `${alignLeft(table).join('\n')}\n`;
}
