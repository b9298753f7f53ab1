// practicum judge: the verdict on an answer, from two files.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ANSWER_LIMIT_BYTES, answerFormat, answerTooLarge, readAnswer } from '../../domain/judge/answer.ts';
import { readExpectation, readInstant } from '../../domain/judge/request.ts';
import { judge as judgeAnswer } from '../../domain/judge/judge.ts';
import type { Answer, Expectation, Judgement } from '../../domain/judge/judge.ts';
import { formatProblem } from '../../domain/text/problem.ts';
import type { Io, Register } from '../options/command.ts';

type Options = { json?: boolean; at?: string; maxMb: string };

export const judge: Register = (program, io) => {
  program
    .command('judge')
    .description('the verdict on an answer: rows that match, are missing, were not asked for, or differ')
    .argument('<request>', 'JSON: { kind, expected: [rows], tolerance?, due?, metric?, threshold?, target? }')
    .argument('<answer>', 'JSON { rows: [rows] }, or CSV with a column "row"')
    .option('--json', 'print one JSON object')
    .option('--at <time>', 'when GitHub received the answer (ISO 8601 with zone); default: now')
    .option('--max-mb <n>', 'refuse larger answers unread', String(ANSWER_LIMIT_BYTES / 1024 / 1024))
    .addHelpText('after', '\nExit code: 0 correct, 1 any other verdict, 2 wrong use.')
    .action((request: string, answer: string, options: Options) => run(io, request, answer, options));
};

async function run(io: Io, requestPath: string, answerPath: string, options: Options): Promise<void> {
  const at = options.at === undefined ? io.now() : readInstant(options.at);
  const limit = Number(options.maxMb) * 1024 * 1024;
  if (!at) return wrongUse(io, `--at ${options.at}: not an ISO 8601 time with a zone`);
  if (!(limit > 0)) return wrongUse(io, `--max-mb ${options.maxMb}: not a positive number`);
  const requestText = await read(io, requestPath);
  if (requestText === undefined) return;
  const expectation = readExpectation(requestText, requestPath);
  if ('problems' in expectation) {
    for (const problem of expectation.problems) io.err(`${formatProblem(problem)}\n`);
    return io.exit(2);
  }
  const answer = await readAnswerFile(io, answerPath, expectation, Math.min(limit, MAX_TEXT));
  if (!answer) return;
  const judgement = judgeAnswer(expectation, answer, at);
  io.out(options.json ? `${JSON.stringify(judgement)}\n` : describe(judgement));
  io.exit(judgement.verdict === 'correct' ? 0 : 1);
}

// JavaScript text ends at 2^29 characters; a larger limit could not be kept.
const MAX_TEXT = 500 * 1024 * 1024;

async function readAnswerFile(io: Io, path: string, of: Expectation, limit: number): Promise<Answer | undefined> {
  const size = await stat(resolve(io.cwd, path)).catch(() => undefined);
  const tooLarge = size && answerTooLarge(size.size, limit);
  if (tooLarge) return { unreadable: tooLarge };
  const text = await read(io, path);
  return text === undefined ? undefined : readAnswer(text, answerFormat(path), of.expected);
}

async function read(io: Io, path: string): Promise<string | undefined> {
  try {
    return await readFile(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    wrongUse(io, `${path}: cannot be read (${code})`);
    return undefined;
  }
}

function wrongUse(io: Io, message: string): void {
  io.err(`practicum judge: ${message}\n`);
  io.exit(2);
}

function describe(judgement: Judgement): string {
  const lines = [`${judgement.verdict}: ${judgement.message}`];
  const list = (title: string, keys: readonly unknown[]): void => {
    const more = keys.length > 20 ? ` and ${keys.length - 20} more` : '';
    if (keys.length > 0) lines.push(`${title}: ${keys.slice(0, 20).map(show).join(', ')}${more}`);
  };
  list('missing rows', judgement.missing);
  list('rows not asked for', judgement.extra);
  list('rows given more than once', judgement.duplicates);
  for (const { row, key, ...cell } of judgement.mismatches.slice(0, 20)) {
    const expected = 'expected' in cell ? show(cell.expected) : 'no such column';
    const submitted = 'submitted' in cell ? show(cell.submitted) : 'no such column';
    lines.push(`row ${show(row)}, ${show(key)}: expected ${expected}, submitted ${submitted}`);
  }
  if (judgement.wrong > 20) lines.push(`and ${judgement.wrong - 20} more rows that differ`);
  return `${lines.join('\n')}\n`;
}

/** JSON of a cell: escapes control characters, so that an answer cannot write to the terminal as it likes. */
function show(value: unknown): string {
  const text = JSON.stringify(value).replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
