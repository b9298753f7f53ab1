// Records are the same wherever the chunks of the stream end, and are those of an independent reading of CSV.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvSpans, csvText } from '../../src/dataset/table/csv-fields.ts';
import { jsonMembers } from '../../src/dataset/table/json-fields.ts';
import { RecordSplitter, textEnd } from '../../src/dataset/table/split-records.ts';

const comma = 44;

function split(
  text: string,
  sizes: readonly number[],
  quotes = true,
): { records: string[]; lines: number; hollow: number } {
  const splitter = new RecordSplitter({ quotes, delimiter: comma });
  const bytes = Buffer.from(text);
  const records: string[] = [];
  let lines = 0;
  let hollow = 0;
  const take = (batch: ReturnType<RecordSplitter['end']>): void => {
    for (let row = 0; row < batch.count; row++)
      records.push(batch.bytes.toString('utf8', batch.starts[row]!, batch.ends[row]!));
    lines += batch.lines;
    hollow += batch.hollow;
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.min(sizes[turn % sizes.length]!, bytes.length - at);
    bytes.copy(splitter.space(size), 0, at, at + size);
    at += size;
    const batch = splitter.push(size);
    take(batch);
    splitter.release(batch);
  }
  take(splitter.end());
  return { records, lines, hollow };
}

/** Character by character: a quote opens a field at its start only, and is closed by a quote that is not doubled. */
function reference(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  const endRow = (): void => {
    row.push(field.replace(/\r$/, ''));
    // Blank lines, and lines of delimiters alone, are no rows.
    if (row.some((value) => value !== '') || anyQuoted) rows.push(row);
    anyQuoted = false;
    row = [];
    field = '';
    wasQuoted = false;
    state = 'start';
  };
  let wasQuoted = false;
  let anyQuoted = false;
  for (const one of text) {
    if (state === 'quoted') {
      if (one === '"') state = 'closed';
      else field += one;
    } else if (state === 'closed' && one === '"') {
      field += '"';
      state = 'quoted';
    } else if (one === ',') {
      row.push(field);
      field = '';
      state = 'start';
    } else if (one === '\n') endRow();
    else if (state === 'start' && one === '"') {
      state = 'quoted';
      wasQuoted = true;
      anyQuoted = true;
    } else {
      field += one;
      state = 'plain';
    }
  }
  if (field !== '' || row.length > 0 || wasQuoted) endRow();
  return rows;
}

const quoted = fc
  .string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é') })
  .map((text) => `"${text.replaceAll('"', '""')}"`);
const plain = fc.string({ unit: fc.constantFrom('a', '5', ' ', 'é') });
const row = fc.array(fc.oneof(quoted, plain, fc.constant('5" pipe')), { minLength: 1, maxLength: 4 });
const csv = fc
  .array(fc.tuple(row, fc.constantFrom('\n', '\r\n')), { maxLength: 12 })
  .map((rows) => rows.map(([cells, eol]) => cells.join(',') + eol).join(''));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

test('records and fields are those of the reference, for any chunks', () => {
  fc.assert(
    fc.property(csv, sizes, fc.boolean(), (whole, chunks, cut) => {
      const text = cut ? whole.replace(/\r?\n$/, '') : whole;
      const { records, lines } = split(text, chunks);
      expect(lines).toBe(text.split('\n').length - 1);
      const fields = records.map((record) => {
        const bytes = Buffer.from(record);
        const end = textEnd(bytes, 0, bytes.length);
        const spans = new Int32Array(200);
        const count = csvSpans(bytes, 0, end, comma, spans);
        return Array.from({ length: count }, (_, index) =>
          csvText(bytes, spans[index * 2]!, spans[index * 2 + 1]!, 'utf8'),
        );
      });
      expect(fields).toEqual(reference(text));
    }),
    { numRuns: 2000 },
  );
});

test('any bytes: chunks make no difference, and nothing but blank lines and lines of delimiters alone is lost', () => {
  const noise = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n') });
  fc.assert(
    fc.property(noise, sizes, fc.boolean(), (text, chunks, quotes) => {
      const { records } = split(text, chunks, quotes);
      expect(records).toEqual(split(text, [text.length + 1], quotes).records);
      const squeeze = (value: string): string => value.replaceAll(/[\r\n,]/g, '');
      expect(squeeze(records.join(''))).toBe(squeeze(text));
      const lost = split(text, chunks, quotes).hollow;
      if (!quotes || lost === 0)
        expect(records.join('').replaceAll(/[\r\n]/g, '')).toBe(text.replaceAll(/[\r\n]/g, ''));
    }),
    { numRuns: 2000 },
  );
});

describe('JSON members', () => {
  test('are found as they are written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
        const bytes = Buffer.from(JSON.stringify(object, null, indent));
        const members = jsonMembers(bytes, 0, bytes.length)!;
        const read = members.map(({ name, valueStart, valueEnd }) => [
          name,
          JSON.parse(bytes.toString('utf8', valueStart, valueEnd)),
        ]);
        expect(read).toEqual(Object.entries(JSON.parse(bytes.toString()) as object));
      }),
    );
  });

  test.each(['', '[]', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{a:1}', '{"a" 1}', '"x"', '{"a":}'])(
    '%j is none',
    (text) => {
      expect(jsonMembers(Buffer.from(text), 0, text.length)).toBeUndefined();
    },
  );
});
