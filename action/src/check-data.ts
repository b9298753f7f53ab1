// Is every released slice present and unaltered? The course's manifest says what was released.
import { readFileSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { checkPath } from '../../src/domain/pipeline/pipeline-path.ts';
import type { ReportedRelease } from '../../src/domain/report/report.ts';
import { hashFile } from '../../src/runner/hash-path.ts';

const manifestSchema = z.object({
  version: z.literal(1),
  releases: z.array(
    z.object({
      release: z.string().max(200),
      challenge: z.string().max(200),
      path: z.string().max(1_000),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      rows: z.number().optional(),
      shipment: z.string().max(200).optional(),
    }),
  ),
});

export type DataFindings = {
  /** Digest of the manifest; null when there is none. */
  manifest: string | null;
  releases: ReportedRelease[];
  /** Why the manifest could not be read. */
  broken?: string;
};

/** Hashes every slice of the manifest as it is in the checked-out commit. Never throws for what the repository contains. */
export function checkData(workspace: string, manifestPath: string): DataFindings {
  const path = join(workspace, manifestPath);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return { manifest: null, releases: [] };
  const bytes = readFileSync(path);
  const manifest = createHash('sha256').update(bytes).digest('hex');
  let parsed;
  try {
    parsed = manifestSchema.safeParse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return { manifest, releases: [], broken: 'it is not JSON' };
  }
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { manifest, releases: [], broken: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  return { manifest, releases: parsed.data.releases.map((entry) => judge(workspace, entry)) };
}

function judge(workspace: string, entry: z.infer<typeof manifestSchema>['releases'][number]): ReportedRelease {
  const { release, challenge, path, shipment } = entry;
  const known = { release, challenge, path, ...(shipment === undefined ? {} : { shipment }) };
  const checked = checkPath(path);
  const file = checked.ok ? join(workspace, checked.path) : undefined;
  if (file === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile())
    return { ...known, sha256: null, state: 'missing' };
  const sha256 = hashFile(file);
  return { ...known, sha256, state: sha256 === entry.sha256 ? 'intact' : 'altered' };
}
