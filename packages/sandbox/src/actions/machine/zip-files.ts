// Zip archives for artifacts and logs, with equal bytes for equal contents.
import { unzipSync, zipSync, type ZippableFile } from 'fflate';

export type ZipEntry = { name: string; data: Buffer; mode?: number };

const unix = 3;
/** The earliest an archive can say: artifacts with equal contents are equal bytes. */
const mtime = new Date(1980, 0, 1);

export function zipFiles(entries: readonly ZipEntry[]): Buffer {
  const files: [string, ZippableFile][] = entries.map(({ name, data, mode = 0o100644 }) => [
    name,
    [data, { os: unix, attrs: (mode << 16) >>> 0, mtime }],
  ]);
  return Buffer.from(zipSync(Object.fromEntries(files)));
}

/** Reads what `zipFiles` wrote; throws what is no archive. */
export function unzipFiles(zip: Buffer): ZipEntry[] {
  return Object.entries(unzipSync(zip)).map(([name, data]) => ({ name, data: Buffer.from(data) }));
}
