// Rows that are put in their places come in the same order as those from buckets, whatever their lengths and the windows.
import { appendFileSync, mkdtempSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { permutation } from '../../src/domain/dataset/sample.ts';
import { openTable, type Table } from '../../src/dataset/table/open-table.ts';
import { orderTable } from '../../src/dataset/table/order-table.ts';
import { placeRows } from '../../src/dataset/table/place-rows.ts';
import { recordsOf } from '../../src/dataset/table/read-records.ts';
import { RecordSpans } from '../../src/dataset/table/record-spans.ts';
import type { Batch } from '../../src/dataset/table/split-records.ts';
import { fileWith, workFolder } from './work-folder.ts';
import { caseCount } from '../case-count.ts';

const dir = workFolder();

async function rowsOf(batches: AsyncIterable<Batch>): Promise<string[]> {
  const rows: string[] = [];
  for await (const { bytes, starts, ends, count } of batches) {
    for (let row = 0; row < count; row++) rows.push(bytes.toString('utf8', starts[row], ends[row]));
  }
  return rows;
}

async function spansOf(table: Table): Promise<RecordSpans> {
  const spans = new RecordSpans();
  for await (const batch of recordsOf(table)) spans.note(batch, table.start);
  return spans;
}

const record = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }).map((text) => `"${text.replaceAll('"', '""')}",x`),
  fc.constantFrom('1,2', '', ',', '"a\nb",c', `${'y'.repeat(100)},`),
);
const sizes = fc.record({
  window: fc.integer({ min: 1, max: 300 }),
  chunk: fc.integer({ min: 1, max: 200 }),
  part: fc.integer({ min: 1, max: 100 }),
});

test('the order of buckets', async () => {
  const lines = fc.array(record, { minLength: 1, maxLength: 40 });
  const breaks = fc.constantFrom('\n', '\r\n');
  await fc.assert(
    fc.asyncProperty(lines, breaks, fc.boolean(), sizes, fc.nat(99), async (records, eol, ended, most, seed) => {
      const source = fileWith(dir, `a,b${eol}${records.join(eol)}${ended ? eol : ''}`);
      const table = await openTable(source, 'csv');
      const spans = await spansOf(table);
      const rankOf = permutation(seed, spans.rows);
      const ranks = { rows: spans.rows, rankOf, close: () => undefined };
      const work = mkdtempSync(join(dir, 'order-'));
      const bucketed = await orderTable(table, { kind: 'column', column: 'a' }, work, ranks);
      const expected = await rowsOf(recordsOf(bucketed));
      expect(await rowsOf(placeRows(table, spans, rankOf, most))).toEqual(expected);
      const shuffled = await orderTable(table, { kind: 'shuffle', seed }, work);
      expect(await rowsOf(recordsOf(shuffled))).toEqual(expected);
    }),
    { numRuns: caseCount(30, 100) },
  );
});

test('a file that became shorter is no longer what was looked at, and one that became longer gives what was seen of it', async () => {
  const source = fileWith(dir, 'a\n3\n2\n1\n');
  const table = await openTable(source, 'csv');
  const spans = await spansOf(table);
  const rankOf = (row: number): number => 2 - row;
  appendFileSync(source, '0\n');
  expect(await rowsOf(placeRows(table, spans, rankOf))).toEqual(['1\n', '2\n', '3\n']);
  truncateSync(source, 5);
  await expect(rowsOf(placeRows(table, spans, rankOf))).rejects.toMatchObject({ code: 'source_changed' });
});
