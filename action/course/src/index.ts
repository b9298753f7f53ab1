// The Action of a course repository: `practicum check` as annotations on its lines, `practicum plan` as the job's summary.
import { appendFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import * as core from '@actions/core';
import { Command } from 'commander';
import { check } from '../../../src/cli/course/check.ts';
import type { Io, Register } from '../../../src/cli/options/command.ts';
import { plan } from '../../../src/cli/course/plan.ts';
import { formatProblem, type Problem } from '../../../src/domain/text/problem.ts';

async function main(): Promise<void> {
  const folder = core.getInput('folder') || '.';
  const checked = await run(check, ['check', folder, '--json']);
  if (checked.err !== '') core.error(checked.err.trim());
  const { problems } = checked.out === '' ? { problems: [] } : (JSON.parse(checked.out) as { problems: Problem[] });
  for (const problem of problems) annotate(folder, problem);
  core.setOutput('problems', problems.length);
  if (checked.code !== 0) return core.setFailed('The course has errors: nothing of it would come into force.');
  const planned = await run(plan, ['plan', folder]);
  process.stdout.write(planned.out);
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary) appendFileSync(summary, `${fence(planned.out)}\n`);
  if (planned.code !== 0) core.setFailed(planned.err.trim());
}

/** One command of the command line in this process. */
async function run(register: Register, argv: string[]): Promise<{ out: string; err: string; code: number }> {
  const told = { out: '', err: '', code: 0 };
  const io: Io = {
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    progress: false,
    exit: (code) => void (told.code = code),
  };
  const program = new Command('practicum').exitOverride();
  register(program, io);
  await program.parseAsync(argv, { from: 'user' });
  return told;
}

function annotate(folder: string, problem: Problem): void {
  const { file, line, column, level, code } = problem;
  const words = formatProblem(problem).slice(`${file}:${line}:${column} ${level} ${code} `.length);
  const place = { file: normalize(join(folder, file)), startLine: line, startColumn: column, title: code };
  const say = { error: core.error, warning: core.warning, notice: core.notice }[level];
  say(words, place);
}

/** As it is, whatever it holds: a fence longer than any in it. */
function fence(text: string): string {
  const marks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${marks}text\n${text.trimEnd()}\n${marks}`;
}

main().catch((error: unknown) => core.setFailed(error instanceof Error ? error.message : String(error)));
