// The data card of a shipment: its slice and the one before it, summed up and compared.
import { cellReader, wordsOf } from '../../domain/dataset/cell-reader.ts';
import { renderDataCard } from '../../domain/dataset/data-card.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { SliceSummary } from '../../domain/dataset/summarize-columns.ts';
import type { SliceStore } from './slice-store.ts';
import { summarizeSlice } from './summarize-slice.ts';

/** A whole course receives the same few slices: their summaries are kept, by digest. */
const kept = new Map<string, Promise<SliceSummary>>();
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
  const { path, sha256 } = await store.slice(shipment, source);
  // Challenges with the same bytes may read them otherwise.
  const key = `${sha256} ${JSON.stringify(wordsOf(shipment.dataset))}`;
  const known = kept.get(key) ?? summarizeSlice(path, shipment.dataset.encoding, cellReader(shipment.dataset));
  kept.delete(key);
  kept.set(key, known);
  known.catch(() => kept.delete(key));
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return known;
}
