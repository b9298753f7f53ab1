// One comment in the pull request, kept up to date: made by the first run, rewritten by the next. Off unless asked for.
import * as core from '@actions/core';
import { z } from 'zod';
import { type Api, passing, understand } from './call-api.ts';
import { explainRefusal } from './explain-refusal.ts';
import { briefly, persist } from './patience.ts';
import type { Context } from './read-context.ts';
import { runUrlOf } from './send-report.ts';
import { fit, limits } from './send-check-run.ts';

const listed = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() }),
);

/** Pages of a hundred comments that are looked through for ours. */
const mostPages = 10;

/** Never throws: a comment that cannot be made is a warning, as the job summary has the same text. */
export async function sendComment(api: Api | undefined, context: Context, page: string): Promise<void> {
  if (!context.comment) return;
  const refuse = (why: string): void => core.warning(`No comment in the pull request: ${why}`);
  if (context.pullRequest === undefined) return;
  if (!api) return refuse('the input token is empty.');
  const marker = markerOf(context);
  const note = `\n\n… cut; the whole is in [the job summary](${runUrlOf(context)}).`;
  const body = `${marker}\n${fit(page, limits.summary - Buffer.byteLength(marker) - 1, note)}`;
  const patience = briefly(api.patience, 60);
  try {
    // Looked for before each attempt: after an answer that was lost, the comment may be there.
    await persist(patience, () => write({ ...api, patience }, context, marker, body), passing);
  } catch (error) {
    refuse(explainRefusal(error, context, 'pull-requests: write'));
  }
}

async function write(api: Api, context: Context, marker: string, body: string): Promise<void> {
  const comments = `/repos/${context.repository}/issues`;
  const existing = await find(api, `${comments}/${context.pullRequest}/comments`, marker);
  if (existing === undefined) await api.post(`${comments}/${context.pullRequest}/comments`, { body });
  else await api.patch(`${comments}/comments/${existing}`, { body });
}

async function find(api: Api, path: string, marker: string): Promise<number | undefined> {
  for (let page = 1; page <= mostPages; page++) {
    const at = `${path}?per_page=100&page=${page}`;
    const comments = understand(listed, await api.get(at, api.patience), `GET ${at}`);
    // Anybody can write the marker; what a person wrote is never overwritten.
    const ours = comments.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(marker));
    if (ours) return ours.id;
    if (comments.length < 100) return undefined;
  }
  return undefined;
}

/** Not shown by GitHub. Jobs, legs of a matrix and named steps have a comment each. */
function markerOf({ workflow, job, leg, name }: Context): string {
  const file = workflow.split('@')[0] ?? '';
  const words = [file, job, leg, name].map((word) => word.replaceAll(/[^\w./ -]+/g, '_').replaceAll('--', '__'));
  return `<!-- practicum-action ${words.join(' | ')} -->`;
}
