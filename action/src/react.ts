// Mode "react": the pipeline as it is, and again with a release that nobody has yet. The app hears numbers and one line of each.
import { cp, chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as core from '@actions/core';
import { z } from 'zod';
import {
  boundMessage,
  boundMetrics,
  type ReactionOutcome,
  type ReactionSide,
} from '../../src/domain/reaction/outcome.ts';
import { pathFault } from '../../src/domain/text/repository-path.ts';
import { askHttp } from '../../src/runner/ask-http.ts';
import { reasonOf } from './call-api.ts';
import { findOutcome } from './find-outcome.ts';
import type { Outcome } from './outcome.ts';
import { askedToWait, type Patience, persist } from './patience.ts';
import type { Context } from './read-context.ts';

const slice = z.object({
  files: z.array(z.object({ path: z.string(), content: z.string(), executable: z.boolean() })).max(10_000),
});

class Unanswered extends Error {
  readonly code = 'app-unanswered';
  readonly again: { after?: number | undefined } | undefined;
  constructor(message: string, again?: { after?: number | undefined }, cause?: unknown) {
    super(message, { cause });
    this.again = again;
  }
}

/** What the pipeline comes to is the result, and never a failure of the job. */
export async function reactTo(
  context: Context,
  patience: Patience,
  signal: AbortSignal,
  now: () => Date,
): Promise<void> {
  if (context.appUrl === '') throw new Error('app-url: mode react needs the address of the app');
  const began = now().getTime();
  const without = join(context.env['RUNNER_TEMP'] ?? context.workspace, 'practicum-before');
  // Each in a folder of its own, as freshly checked out: the second must take nothing over from the first.
  await rm(without, { recursive: true, force: true });
  await cp(context.workspace, without, { recursive: true, verbatimSymlinks: true });
  const before = await runIn(context, without, signal, now);
  const files = slice.parse(JSON.parse(await ask(context, 'slice', '', patience))).files;
  for (const file of files) await put(context.workspace, file);
  const after = await runIn(context, context.workspace, signal, now);
  const outcome: ReactionOutcome = { before, after, seconds: (now().getTime() - began) / 1000 };
  await ask(context, 'outcome', JSON.stringify(outcome), patience);
  core.info('The app has the outcome.');
}

async function runIn(context: Context, workspace: string, signal: AbortSignal, now: () => Date): Promise<ReactionSide> {
  const env = { ...context.env, GITHUB_WORKSPACE: workspace };
  const { outcome } = await findOutcome({ ...context, workspace, env, endpoint: 'false' }, signal, now);
  const message = outcome.conclusion === 'failure' ? lastWord(outcome) : undefined;
  return {
    conclusion: outcome.conclusion,
    metrics: boundMetrics(outcome.metrics),
    ...(message === undefined ? {} : { message: boundMessage(message) }),
  };
}

/** The task that failed and the last line that it said. */
function lastWord({ tasks, details, problems, broken }: Outcome): string {
  const failed = tasks.find(({ state }) => state === 'failed')?.name;
  const detail = details.find(({ name }) => name === failed);
  const line = detail?.tail?.split('\n').findLast((candidate) => candidate.trim() !== '');
  const problem = problems.find(({ level }) => level === 'error');
  const said = line ?? detail?.reason ?? problem?.message ?? broken ?? 'it says nothing';
  return failed === undefined ? said : `${failed}: ${said.trim()}`;
}

async function put(
  workspace: string,
  { path, content, executable }: z.infer<typeof slice>['files'][number],
): Promise<void> {
  const fault = pathFault(path);
  if (fault !== undefined) throw new Error(`${path}: ${fault}`);
  const file = join(workspace, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, Buffer.from(content, 'base64'));
  if (executable) await chmod(file, 0o755);
}

/** For so long the app may be away. */
const awayMs = 600_000;

/** Each question bears a token of its own: one that was shown before is worth nothing. */
async function ask(context: Context, what: string, body: string, patience: Patience): Promise<string> {
  const address = `${context.appUrl}/api/reaction`;
  // The pipelines have used up whatever time there was.
  return persist(
    { ...patience, until: patience.now() + awayMs },
    async () => post(`${address}/${what}`, await core.getIDToken(address), body, patience.now()),
    (error) => (error instanceof Unanswered ? error.again : undefined),
  );
}

async function post(url: string, token: string, body: string, now: number): Promise<string> {
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await askHttp(url, { method: 'POST', headers, body, waitMs: 300_000 });
    const { ok, status, text } = answer;
    if (ok) return text;
    const passing = status >= 500 || status === 429;
    const again = passing ? { after: askedToWait(answer.headers, now) } : undefined;
    throw new Unanswered(`The app says: ${status} ${text.slice(0, 300)}`, again);
  } catch (cause) {
    if (cause instanceof Unanswered) throw cause;
    throw new Unanswered(reasonOf(cause), {}, cause);
  }
}
