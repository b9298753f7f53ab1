// practicum rehearse --replay: a term from its file, played again; with --rules, by the rules of another course.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NoSuchFolder, readCourseFolder } from '../../course-folder/read-course-folder.ts';
import { readTerm } from '../../domain/term/read.ts';
import { Replay } from '../../domain/term/replay.ts';
import { sayReplay, sayTried } from '../../domain/term/say-replay.ts';
import { tryRules } from '../../domain/term/try-rules.ts';
import { formatProblem, isAcceptable, type Problem } from '../../domain/text/problem.ts';
import type { Io } from '../options/command.ts';
import { linesOf } from '../options/lines-of.ts';

type Asked = { file: string; rules: string | undefined; dir: string | undefined; json: boolean };

type Replayed = { replay: Replay; problem?: Problem };

/** Plays the whole file, or up to the first line that is not understood. */
export function replayTerm(file: string, bytes: Buffer): Replayed {
  const replay = new Replay();
  const lines = readTerm(file, linesOf(bytes));
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done) return { replay, ...(next.value ? { problem: next.value } : {}) };
    replay.take(next.value);
  }
}

export async function replayFile(io: Io, { file, rules, dir, json }: Asked): Promise<void> {
  const wrongUse = (message: string): void => {
    io.err(`practicum rehearse: ${message}\n`);
    io.exit(2);
  };
  if (dir !== undefined) return wrongUse(`--replay takes no course folder; to try the rules of ${dir}: --rules ${dir}`);
  const bytes = await readFile(resolve(io.cwd, file)).catch((error: unknown) =>
    error instanceof Error && 'code' in error ? String(error.code) : 'unreadable',
  );
  if (typeof bytes === 'string') return wrongUse(`${file}: cannot be read (${bytes})`);
  const replayed = replayTerm(file, bytes);
  if (rules === undefined || replayed.problem) return printReplay(io, file, replayed, json);
  await printTried(io, replayed.replay, rules, json, wrongUse);
}

/** Exit code 0 where everything was understood, compared and the same. */
export function printReplay(io: Io, file: string, { replay, problem }: Replayed, json = false): void {
  const { difference, scores, grades, earlier, counts } = replay;
  const same = !problem && !difference && scores + grades > 0;
  if (problem) io.err(`${formatProblem(problem)}\n`);
  if (json) io.out(`${JSON.stringify({ file, same, counts, scores, grades, earlier, difference, problem })}\n`);
  else if (!problem) io.out(`${sayReplay(replay).join('\n')}\n`);
  io.exit(same ? 0 : 1);
}

async function printTried(
  io: Io,
  replay: Replay,
  rules: string,
  json: boolean,
  wrongUse: (message: string) => void,
): Promise<void> {
  try {
    const { course, challenges, problems } = await readCourseFolder(resolve(io.cwd, rules));
    for (const problem of problems) if (problem.level === 'error') io.err(`${formatProblem(problem)}\n`);
    if (!isAcceptable(problems)) return io.exit(1);
    const tried = tryRules(replay, course, challenges);
    const lines = replay.difference ? sayReplay(replay).slice(-1) : [];
    if (json) io.out(`${JSON.stringify({ ...tried, difference: replay.difference })}\n`);
    else io.out(`${[...lines, ...sayTried(tried)].join('\n')}\n`);
    io.exit(tried.unknown.length === 0 && !replay.difference ? 0 : 1);
  } catch (error) {
    if (!(error instanceof NoSuchFolder)) throw error;
    wrongUse(error.message);
  }
}
