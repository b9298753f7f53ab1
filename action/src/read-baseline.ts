// Metrics of the default branch, from the report that its last commit carries.
import { z } from 'zod';
import { checkNames, readReportBlock } from '../../src/domain/report/report.ts';
import type { Api } from './call-api.ts';
import type { Context } from './read-context.ts';

const listed = z.object({
  check_runs: z.array(z.object({ head_sha: z.string(), output: z.object({ text: z.string().nullish() }).nullish() })),
});

/** What to compare with, or undefined when there is nothing (first run, no permission, no default branch known). */
export async function readBaseline(api: Api, context: Context): Promise<Record<string, number> | undefined> {
  if (!context.defaultBranch) return undefined;
  // On the default branch itself its own commit is the newest: then the one before this push is what to compare with.
  const onDefault = context.env['GITHUB_REF'] === `refs/heads/${context.defaultBranch}`;
  const ref = onDefault ? context.before : context.defaultBranch;
  if (ref === undefined) return undefined;
  const query = `check_name=${encodeURIComponent(checkNames.pipeline)}&per_page=5`;
  try {
    const list = listed.parse(
      await api.get(`/repos/${context.repository}/commits/${encodeURIComponent(ref)}/check-runs?${query}`),
    );
    for (const { output } of list.check_runs) {
      const read = readReportBlock(output?.text);
      if (read.ok) return read.report.metrics;
    }
  } catch {
    // A comparison is a courtesy; the run is reported without it.
  }
  return undefined;
}
