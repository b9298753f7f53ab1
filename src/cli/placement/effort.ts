// practicum placement effort: operations per kind of task, from metadata.json or from pipeline.yml and a dataset card.
import type { Command } from 'commander';
import { deriveMetadata, readCard, type Card } from '../../domain/placement/model/derive-metadata.ts';
import { estimateEfforts } from '../../domain/placement/model/describe-pipeline.ts';
import { measureMemory } from '../../domain/placement/model/measure-memory.ts';
import { readMetadata, type Metadata } from '../../domain/placement/model/read-metadata.ts';
import { formatProblem, isAcceptable, type Problem } from '../../domain/text/problem.ts';
import type { Io } from '../options/command.ts';
import { problem, readWith } from './input.ts';

type Options = { card?: string; rows?: string; columns?: string; memory?: boolean; json?: boolean };
type Read = { value?: Metadata; problems: Problem[] };

export function registerEffort(group: Command, io: Io): void {
  group
    .command('effort')
    .description('operations that a pipeline needs, from its metadata.json (or pipeline.yml with a dataset card)')
    .argument('<file>', 'metadata.json, or pipeline.yml with kind: on its tasks')
    .option('--card <file>', 'for pipeline.yml: a dataset card that states rows and columns')
    .option('--rows <n>', 'for pipeline.yml: rows of the dataset')
    .option('--columns <n>', 'for pipeline.yml: columns of the dataset')
    .option('--memory', 'also the size of the data in memory, in KiB')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => {
      const read = /\.ya?ml$/i.test(file)
        ? await derive(file, options, io)
        : await readWith(file, io.cwd, readMetadata);
      for (const found of read.problems) io.err(`${formatProblem(found)}\n`);
      if (!read.value || !isAcceptable(read.problems)) return io.exit(1);
      const memory = options.memory ? { size_in_memory_kb: measureMemory(read.value) } : {};
      const result = { ...estimateEfforts(read.value), ...memory };
      io.out(options.json ? `${JSON.stringify(result)}\n` : describe(result));
    });
}

async function derive(file: string, options: Options, io: Io): Promise<Read> {
  const card = options.card ? await readWith(options.card, io.cwd, readCard) : stated(file, options);
  if (!card.value) return { problems: card.problems };
  const { value } = card;
  return readWith(file, io.cwd, (text, name) => deriveMetadata(text, name, value));
}

function stated(file: string, { rows, columns }: Options): { value?: Card; problems: Problem[] } {
  const whole = (text: string | undefined): boolean => /^[1-9]\d{0,11}$/.test(text ?? '');
  if (whole(rows) && whole(columns)) return { value: { rows: Number(rows), columns: Number(columns) }, problems: [] };
  return {
    problems: [
      problem(
        file,
        'card-missing',
        'the size of the dataset is unknown: give --card FILE, or --rows N and --columns N',
      ),
    ],
  };
}

function describe(result: Record<string, number | object>): string {
  const lines = Object.entries(result).map(([key, value]) =>
    typeof value === 'number'
      ? `${key.padEnd(14)} ${value.toLocaleString('en-US')} operations`
      : `memory         ${Object.entries(value)
          .map(([part, size]) => `${part} ${String(size)} KiB`)
          .join(', ')}`,
  );
  return `${lines.join('\n')}\n`;
}
