// The archive of a term: what its manifest says, and whether what was found in the file is that.
import { z } from 'zod';

export const archiveFormat = 'practicum-archive';
export const manifestPath = 'manifest.json';
export const ledgerPath = 'ledger.jsonl';

const file = z.object({
  path: z.string().min(1),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const repository = z.object({
  name: z.string(),
  owner: z.string(),
  /** `gone`: deleted, or out of the organisation. `left-out`: the archive was made without GitHub. */
  state: z.enum(['bundled', 'empty', 'gone', 'left-out']),
  /** Challenge → the commit that was held at its deadline. */
  frozen: z.record(z.string(), z.string()),
  /** Challenges whose commit GitHub does not have any more. */
  lost: z.array(z.string()),
});
const manifest = z.object({
  format: z.literal(archiveFormat),
  version: z.literal(1),
  organisation: z.string(),
  title: z.string(),
  /** Of the course repository: the course in force. */
  commit: z.string(),
  at: z.string(),
  ledgerHead: z.string().nullable(),
  repositories: z.array(repository),
  files: z.array(file),
});

export type ArchivedFile = z.output<typeof file>;
export type ArchivedRepository = z.output<typeof repository>;
export type ArchiveManifest = z.output<typeof manifest>;

/** Undefined where it is not one. */
export function readManifest(text: string): ArchiveManifest | undefined {
  try {
    return manifest.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What is not as the manifest says, one sentence each. */
export function compareArchive({ files }: ArchiveManifest, found: readonly ArchivedFile[]): string[] {
  const left = new Map<string, ArchivedFile>();
  const faults: string[] = [];
  for (const each of found) {
    if (left.has(each.path)) faults.push(`${each.path}: is in the file twice`);
    left.set(each.path, each);
  }
  for (const { path, bytes, sha256 } of files) {
    const file = left.get(path);
    left.delete(path);
    if (!file) faults.push(`${path}: is missing`);
    else if (file.bytes !== bytes) faults.push(`${path}: has ${file.bytes} bytes, and had ${bytes}`);
    else if (file.sha256 !== sha256) faults.push(`${path}: was altered`);
  }
  return [...faults, ...[...left.keys()].map((path) => `${path}: is not in the manifest`)];
}
