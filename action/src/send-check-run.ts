// Creates one check run, found again by its external id when an answer was lost, and appends annotations in portions.
import * as core from '@actions/core';
import { z } from 'zod';
import { type Api, ApiError, passing, understand } from './call-api.ts';
import { persist } from './patience.ts';

export type SentAnnotation = {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'notice' | 'warning' | 'failure';
  message: string;
  title?: string;
  raw_details?: string;
};

export type CheckRun = {
  name: string;
  head_sha: string;
  external_id: string;
  conclusion: 'success' | 'failure' | 'neutral' | 'cancelled';
  details_url: string;
  started_at: string;
  completed_at: string;
  title: string;
  summary: string;
  text: string;
  annotations: SentAnnotation[];
};

export type CreatedRun = { id: number; url: string | undefined };

/** Limits of the Checks API. Bytes where it says characters, to be on the safe side. */
export const limits = { title: 255, summary: 65_535, text: 65_535, portion: 50, annotations: 200, message: 60_000 };

const created = z.object({ id: z.number(), html_url: z.string().nullish() });
const listed = z.object({ check_runs: z.array(created.extend({ external_id: z.string().nullish() })) });

/** The check run that was made. Throws an ApiError when GitHub does not take it. */
export async function sendCheckRun(api: Api, repository: string, run: CheckRun): Promise<CreatedRun> {
  const { title, summary, text, annotations: all, ...rest } = run;
  const annotations = all.slice(0, limits.annotations).map(fitAnnotation);
  const output = { title: fit(title, limits.title), summary: fit(summary, limits.summary), ...(text ? { text } : {}) };
  const body = { ...rest, status: 'completed', output };
  const first = annotations.slice(0, limits.portion);
  try {
    const made = await create(api, repository, run, { ...body, output: { ...output, annotations: first } });
    await append(api, `/repos/${repository}/check-runs/${made.id}`, output, annotations.slice(limits.portion));
    return made;
  } catch (error) {
    // One annotation that GitHub does not like must not cost the whole report.
    if (!(error instanceof ApiError) || error.status !== 422 || first.length === 0) throw error;
    core.warning(`${run.name} is reported without its annotations: ${error.message}`);
    return create(api, repository, run, body);
  }
}

/** Annotations are appended, so a portion is sent once: better one missing than one twice. */
async function append(api: Api, path: string, output: object, annotations: readonly SentAnnotation[]): Promise<void> {
  for (let from = 0; from < annotations.length; from += limits.portion) {
    const portion = annotations.slice(from, from + limits.portion);
    try {
      await api.patch(path, { output: { ...output, annotations: portion } });
    } catch (error) {
      core.warning(`${annotations.length - from} annotations were not added: ${(error as Error).message}`);
      return;
    }
  }
}

async function create(api: Api, repository: string, run: CheckRun, body: unknown): Promise<CreatedRun> {
  const ask = async (attempt: number): Promise<CreatedRun> => {
    // After an answer that was lost, the check run may be there.
    const existing = attempt > 1 ? await find(api, repository, run) : undefined;
    if (existing) return existing;
    const path = `/repos/${repository}/check-runs`;
    return shown(understand(created, await api.post(path, body), `POST ${path}`));
  };
  return persist(api.patience, ask, passing);
}

async function find(api: Api, repository: string, run: CheckRun): Promise<CreatedRun | undefined> {
  const query = `check_name=${encodeURIComponent(run.name)}&filter=all&per_page=100`;
  const path = `/repos/${repository}/commits/${run.head_sha}/check-runs?${query}`;
  const list = understand(listed, await api.get(path), `GET ${path}`);
  const found = list.check_runs.find((checkRun) => checkRun.external_id === run.external_id);
  return found && shown(found);
}

function shown({ id, html_url }: z.infer<typeof created>): CreatedRun {
  return { id, url: html_url ?? undefined };
}

function fitAnnotation(annotation: SentAnnotation): SentAnnotation {
  return {
    ...annotation,
    message: fit(annotation.message || 'no message', limits.message),
    ...(annotation.title === undefined ? {} : { title: fit(annotation.title, limits.title) }),
    ...(annotation.raw_details === undefined ? {} : { raw_details: fit(annotation.raw_details, limits.message) }),
  };
}

/** The text, or as much of its beginning as fits, with a word that it was cut. */
export function fit(text: string, bytes: number, note = '\n… cut'): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text).subarray(0, bytes - Buffer.byteLength(note) - 3);
  // A letter that was cut in two decodes to a replacement sign; it goes.
  return kept.toString('utf8').replace(/\uFFFD+$/, '') + note;
}
