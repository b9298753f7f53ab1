// Metrics of the default branch, from the reports that its commits carry: the last one to compare with, earlier ones to plot.
import * as core from '@actions/core';
import { z } from 'zod';
import { checkNames, readReportBlock, type Report } from '../../src/domain/report/report.ts';
import { type Api, ApiError, understand } from './call-api.ts';
import type { Seen } from './look-around.ts';
import { briefly, type Patience } from './patience.ts';
import type { Context } from './read-context.ts';

const listedRuns = z.object({
  check_runs: z.array(z.object({ output: z.object({ text: z.string().nullish() }).nullish() })),
});
const listedCommits = z.array(z.object({ sha: z.string() }));

/** Metrics at one release of the default branch; `label` is the newest release that the run had. */
export type Moment = { label: string; metrics: Record<string, number> };
export type Comparison = { baseline: Record<string, number> | undefined; history: Moment[] };
export const nothingToCompare: Comparison = { baseline: undefined, history: [] };

/** Commits of the default branch that are asked for their reports, and seconds for all of it: a comparison is a courtesy. */
const most = { commits: 15, seconds: 20 };

/** What to compare with. Nothing on a first run, without permission, or where the default branch is unknown. Never throws. */
export async function compareWithBefore(api: Api, context: Context, { outcome }: Seen): Promise<Comparison> {
  if (!context.defaultBranch || Object.keys(outcome.metrics).length === 0) return nothingToCompare;
  // On the default branch itself its own commit is the newest: then the one before this push is what to compare with.
  const onDefault = context.env['GITHUB_REF'] === `refs/heads/${context.defaultBranch}`;
  const ref = onDefault ? context.before : context.defaultBranch;
  if (ref === undefined) return nothingToCompare;
  const patience = briefly(api.patience, most.seconds);
  try {
    const last = await readReport(api, context, ref, patience);
    const history = await readHistory(api, context, ref, last, patience);
    return { baseline: last?.metrics ?? history.at(-1)?.metrics, history };
  } catch (error) {
    tell(error);
    return nothingToCompare; // The run is reported without it.
  }
}

async function readReport(
  api: Api,
  { repository }: Context,
  ref: string,
  patience: Patience,
): Promise<Report | undefined> {
  const query = `check_name=${encodeURIComponent(checkNames.pipeline)}&per_page=5`;
  const path = `/repos/${repository}/commits/${encodeURIComponent(ref)}/check-runs?${query}`;
  for (const { output } of understand(listedRuns, await api.get(path, patience), `GET ${path}`).check_runs) {
    const read = readReportBlock(output?.text);
    if (read.ok) return read.report;
  }
  return undefined;
}

/** Oldest first, one moment for each number of releases: the newest commit that had so many. */
async function readHistory(
  api: Api,
  context: Context,
  ref: string,
  last: Report | undefined,
  patience: Patience,
): Promise<Moment[]> {
  const moments = new Map<number, Moment>();
  const add = (report: Report | undefined): void => {
    const count = report?.data.releases.length ?? 0;
    if (!report || Object.keys(report.metrics).length === 0 || moments.has(count)) return;
    moments.set(count, { label: labelOf(report.data.releases.at(-1)?.release), metrics: report.metrics });
  };
  add(last);
  try {
    const path = `/repos/${context.repository}/commits?sha=${encodeURIComponent(ref)}&per_page=${most.commits}`;
    const commits = understand(listedCommits, await api.get(path, patience), `GET ${path}`);
    for (const { sha } of commits.slice(1)) {
      if (patience.now() > patience.until) break;
      add(await readReport(api, context, sha, patience));
    }
  } catch (error) {
    tell(error); // As far as it came.
  }
  return [...moments].toSorted(([a], [b]) => a - b).map(([, moment]) => moment);
}

/** A commit that is not there is nothing to compare with, and no failure. */
function tell(error: unknown): void {
  const isAbsent = error instanceof ApiError && (error.status === 404 || error.status === 422);
  const words = `Metrics are not compared with all of the default branch: ${(error as Error).message}`;
  if (isAbsent) core.info(words);
  else core.notice(words);
}

export function labelOf(release: string | undefined): string {
  return release ?? 'no release';
}
