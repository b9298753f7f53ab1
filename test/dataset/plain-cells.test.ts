// Numbers and dates read from bytes are those that their texts are read as, whatever the text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainMoment, plainNumber } from '../../src/dataset/table/plain-cells.ts';
import { dateOf, numberOf } from '../../src/domain/text/read-cell.ts';

const read = (reader: (bytes: Uint8Array, start: number, end: number) => number, text: string): number => {
  const bytes = Buffer.from(`,${text},`);
  return reader(bytes, 1, bytes.length - 1);
};

/** NaN is always allowed: the text is read instead. */
function agree(found: number, expected: number | undefined): void {
  if (!Number.isNaN(found)) expect(found).toBe(expected);
}

test('numbers', () => {
  const written = fc.oneof(
    fc.double({ noNaN: true }).map(String),
    fc.integer({ min: -1e6, max: 1e6 }).map((value) => (value / 1000).toFixed(3)),
    fc.stringMatching(/^[+-]?\d{0,18}\.?\d{0,6}$/),
    fc.string(),
  );
  fc.assert(
    fc.property(written, (text) => agree(read(plainNumber, text), numberOf(text))),
    { numRuns: 3000 },
  );
  expect(['0', '-12.50', '7', '123456789012345', '0.1', '5.'].map((text) => read(plainNumber, text))).toEqual([
    0, -12.5, 7, 123_456_789_012_345, 0.1, 5,
  ]);
  for (const text of ['', '-', '.', '.5', '1e3', '1,5', '1234567890123456', '0x1', '1 '])
    expect(read(plainNumber, text)).toBeNaN();
});

test('dates', () => {
  const moment = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  const written = fc
    .tuple(moment, fc.constantFrom(10, 16, 19, 23, 24), fc.constantFrom('T', ' '))
    .map(([date, length, between]) => date.toISOString().slice(0, length).replace('T', between));
  fc.assert(
    fc.property(fc.oneof(written, fc.stringMatching(/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$/)), (text) =>
      agree(read(plainMoment, text), dateOf(text)),
    ),
    {
      numRuns: 3000,
    },
  );
  expect(['2024-02-29', '1969-12-31 23:59', '2000-01-01T00:00:01'].map((text) => read(plainMoment, text))).toEqual([
    Date.UTC(2024, 1, 29),
    -60_000,
    Date.UTC(2000, 0, 1, 0, 0, 1),
  ]);
  for (const text of ['2023-02-29', '2023-13-01', '2023-00-10', '2024-01-01T24:00', '2024-1-01', '20240101'])
    expect(read(plainMoment, text)).toBeNaN();
});
