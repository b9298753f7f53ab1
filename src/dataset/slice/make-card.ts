// The data card of a shipment: its slice and the one before it, summed up and compared.
import { cellReader } from '../../domain/dataset/cell-reader.ts';
import { renderDataCard } from '../../domain/dataset/data-card.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { SliceSummary } from '../../domain/dataset/summarize-columns.ts';
import type { SliceStore } from './slice-store.ts';
import { summarizeSlice } from './summarize-slice.ts';

/** A whole course receives the same few slices: their summaries are kept, by digest. */
const kept = new Map<string, Promise<SliceSummary | undefined>>();
const mostKept = 200;

export async function cardOf(
  store: SliceStore,
  shipment: Shipment,
  sourcePath: string,
  counts: readonly string[] = [],
): Promise<string> {
  const before = shipment.releases[shipment.releases.findIndex(({ name }) => name === shipment.release) - 1];
  const summary = await summaryOf(store, shipment, sourcePath);
  const previous = before && (await summaryOf(store, { ...shipment, release: before.name }, sourcePath));
  return renderDataCard({ summary, counts, ...(previous ? { previous } : {}) });
}

async function summaryOf(store: SliceStore, shipment: Shipment, source: string): Promise<SliceSummary> {
  const { path, sha256, rows, columns } = await store.slice(shipment, source);
  const known = kept.get(sha256) ?? summarizeSlice(path, shipment.dataset.encoding, cellReader(shipment.dataset));
  kept.delete(sha256);
  kept.set(sha256, known);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  // Forms that are not read row by row still have their rows and the names of their columns.
  return (await known) ?? { rows, columns: columns.map((name) => ({ name, kind: 'text', missing: 0 })) };
}
