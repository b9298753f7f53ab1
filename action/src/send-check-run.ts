// Creates one check run, found again by its external id when an answer was lost, and appends annotations in portions.
import { z } from 'zod';
import { type Api, isPassing } from './call-api.ts';

export type Annotation = {
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
  annotations: Annotation[];
};

/** Limits of the Checks API. Bytes where it says characters, to be on the safe side. */
export const limits = { title: 255, summary: 65_535, text: 65_535, portion: 50, annotations: 200, message: 60_000 };

const created = z.object({ id: z.number() });
const listed = z.object({ check_runs: z.array(z.object({ id: z.number(), external_id: z.string().nullish() })) });

/** The id of the check run. Throws an ApiError when GitHub does not take it. */
export async function sendCheckRun(
  api: Api,
  repository: string,
  run: CheckRun,
  wait: (ms: number) => Promise<void>,
): Promise<number> {
  const { title, summary, text, annotations: all, ...rest } = run;
  const annotations = all.slice(0, limits.annotations).map(fitAnnotation);
  const output = { title: fit(title, limits.title), summary: fit(summary, limits.summary), ...(text ? { text } : {}) };
  const body = {
    ...rest,
    status: 'completed',
    output: { ...output, annotations: annotations.slice(0, limits.portion) },
  };
  const id = await create(api, repository, run, body, wait);
  for (let from = limits.portion; from < annotations.length; from += limits.portion) {
    // Annotations are appended, so a portion is sent once: better one missing than one twice.
    await api.patch(`/repos/${repository}/check-runs/${id}`, {
      output: { ...output, annotations: annotations.slice(from, from + limits.portion) },
    });
  }
  return id;
}

async function create(
  api: Api,
  repository: string,
  run: CheckRun,
  body: unknown,
  wait: (ms: number) => Promise<void>,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return created.parse(await api.post(`/repos/${repository}/check-runs`, body)).id;
    } catch (error) {
      if (attempt >= 3 || !isPassing(error)) throw error;
      await wait(500 * 2 ** attempt);
      const existing = await find(api, repository, run);
      if (existing !== undefined) return existing;
    }
  }
}

async function find(api: Api, repository: string, run: CheckRun): Promise<number | undefined> {
  const query = `check_name=${encodeURIComponent(run.name)}&filter=all&per_page=100`;
  const list = listed.parse(await api.get(`/repos/${repository}/commits/${run.head_sha}/check-runs?${query}`));
  return list.check_runs.find((found) => found.external_id === run.external_id)?.id;
}

function fitAnnotation(annotation: Annotation): Annotation {
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
