// data/MANIFEST.json: every release that a student repository has received. Proofs of use refer to it.
import { z } from 'zod';
import type { Shipment } from './shipment.ts';

export const manifestPath = 'data/MANIFEST.json';

const entry = z.object({
  challenge: z.string(),
  release: z.string(),
  path: z.string(),
  rows: z.number(),
  columns: z.array(z.string()),
  bytes: z.number(),
  sha256: z.string(),
  /** Of a folder: how many files the slice names, which came with it. */
  files: z.number().optional(),
  shipment: z.string(),
});
export type ManifestEntry = z.infer<typeof entry>;

/** What the manifest says of a shipment's slice. */
export function manifestEntry(
  { challenge, release, path, id }: Pick<Shipment, 'challenge' | 'release' | 'path' | 'id'>,
  {
    rows,
    columns,
    bytes,
    sha256,
    files,
  }: Omit<ManifestEntry, 'challenge' | 'release' | 'path' | 'shipment' | 'files'> & { files?: readonly unknown[] },
): ManifestEntry {
  const beside = files ? { files: files.length } : {};
  return { challenge, release, path, rows, columns, bytes, sha256, ...beside, shipment: id };
}

const manifest = z.object({ version: z.literal(1), releases: z.array(entry) });

/** `fault` says in words what a student has made of the manifest before; what could be read of it is in `text`. */
export type MergedManifest = { text: string; fault?: string };

/**
 * The manifest with the entry in it: sorted by path, the same bytes for the same content, so that adding twice changes
 * nothing. An unreadable manifest loses no entry that is still whole in its text, as after a badly resolved conflict.
 */
export function mergeManifest(text: string | undefined, added: ManifestEntry): MergedManifest {
  const { releases: known, fault } = readManifest(text);
  // What another carrier brought of the same release stays; what was at the path before is no longer there.
  const isReplaced = (entry: ManifestEntry): boolean =>
    entry.shipment === added.shipment ||
    (entry.path === added.path && (entry.release !== added.release || entry.challenge !== added.challenge));
  // A conflict that was left standing holds the same entries twice.
  const kept = new Map(known.filter((entry) => !isReplaced(entry)).map((entry) => [entry.shipment, entry]));
  const releases = [...kept.values(), added].toSorted(byPath);
  const merged = `${JSON.stringify({ version: 1, releases }, undefined, 2)}\n`;
  return { text: merged, ...(fault === undefined ? {} : { fault }) };
}

function byPath(a: ManifestEntry, b: ManifestEntry): number {
  const [left, right] = a.path === b.path ? [a.shipment, b.shipment] : [a.path, b.path];
  return left < right ? -1 : 1;
}

/** The entries of a manifest, as many as can be read. */
export function readManifest(text: string | undefined): { releases: ManifestEntry[]; fault?: string } {
  if (text === undefined || text.trim() === '') return { releases: [] };
  const value = parseJson(text);
  const whole = manifest.safeParse(value);
  if (whole.success) return { releases: whole.data.releases };
  const reason = value === undefined ? 'is not JSON' : 'does not have the form that the app gave it';
  return {
    releases: salvage(text),
    fault: `${manifestPath} ${reason}; it was rebuilt from the entries that could be read`,
  };
}

/** Entries are objects without objects inside: each that is still whole is found by itself. */
function salvage(text: string): ManifestEntry[] {
  const parts = text.length > 1_000_000 ? [] : (text.match(/\{[^{}]*\}/g) ?? []);
  return parts.flatMap((part) => {
    const read = entry.safeParse(parseJson(part));
    return read.success ? [read.data] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
