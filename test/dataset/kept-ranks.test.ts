// What a look at a file finds of its order is the order, and what the quick reading of JSON lines finds is what the slow one does.
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutSource } from '../../src/dataset/slice/cut-source.ts';
import { describeSource } from '../../src/dataset/source/describe-source.ts';
import { JsonScanner } from '../../src/dataset/table/json-fields.ts';
import { KeptRanks } from '../../src/dataset/source/keep-ranks.ts';
import { openTable } from '../../src/dataset/table/open-table.ts';
import { datasetOf, fileWith, ranges, specWith, workFolder } from './work-folder.ts';

const dir = workFolder();

async function cut(source: string, rows: number, extension: string, ranks?: KeptRanks): Promise<string[]> {
  const work = mkdtempSync(join(dir, 'cut-'));
  const spec = specWith(ranges([0, rows >> 1], [rows >> 1, rows]), {
    dataset: datasetOf({ order: { kind: 'column', column: 'k' } }),
  });
  const place = (release: string): string => join(work, `${release}${extension}`);
  const job = { source, options: {}, spec, owners: [], place, work: join(work, 'tmp') };
  const { slices } = await cutSource({ ...job, ...(ranks ? { ranks } : {}) });
  return slices.map(({ path }) => readFileSync(path, 'utf8'));
}

const value = fc.oneof(
  fc.integer({ min: -500, max: 500 }).map((one) => (one / 100).toFixed(2)),
  fc.constantFrom('', '7', '2020-01-01', 'text', '1e300', '0.1', '123456789012.5', '-0'),
);

test.each(['.csv', '.jsonl'])('a look and a cut, and a cut alone: %s', async (extension) => {
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 2, maxLength: 40 }), async (keys) => {
      const isNumber = (key: string): boolean => /^-?\d+(\.\d+)?$/.test(key);
      const json = (key: string): string => (isNumber(key) ? key : JSON.stringify(key));
      const rows = keys.map((key, id) => (extension === '.csv' ? `${id},${key},x` : `{"id":${id},"k":${json(key)}}`));
      const source = fileWith(dir, `${extension === '.csv' ? 'id,k,z\n' : ''}${rows.join('\n')}\n`, extension);
      const ranks = new KeptRanks('k');
      await describeSource(source, { ranks });
      expect(await ranks.of(await openTable(source, extension === '.csv' ? 'csv' : 'jsonl'), 'k')).toBeDefined();
      expect(await cut(source, keys.length, extension, ranks)).toEqual(await cut(source, keys.length, extension));
    }),
    { numRuns: 20 },
  );
});

test('a file that was written to since is looked at again', async () => {
  const source = fileWith(dir, 'id,k\n1,3\n2,1\n');
  const ranks = new KeptRanks('k');
  await describeSource(source, { ranks });
  appendFileSync(source, '3,2\n');
  expect(await ranks.of(await openTable(source, 'csv'), 'k')).toBeUndefined();
  expect((await cut(source, 3, '.csv', ranks)).join('')).toBe('id,k\n2,1\nid,k\n3,2\n1,3\n');
});

test('a column that is not there is not ranked', async () => {
  const source = fileWith(dir, 'id\n1\n');
  const ranks = new KeptRanks('k');
  await describeSource(source, { ranks });
  expect(await ranks.of(await openTable(source, 'csv'), 'k')).toBeUndefined();
});

const name = fc.constantFrom('a', 'b', 'k"', 'é', '');
const row = fc
  .array(fc.tuple(name, fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom(1.5, -2, true, null, 'x'))), {
    maxLength: 4,
  })
  .chain((members) => {
    const text = `{${members.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(',')}}`;
    const at = fc.nat(text.length);
    return fc.oneof(
      { weight: 4, arbitrary: fc.constant(text) },
      // Damaged somewhere, or cut off.
      fc.tuple(at, fc.constantFrom('', ' ', '"', '\\', '{', ',', ':', '}')).map(([where, with_]) => {
        return `${text.slice(0, where)}${with_}${text.slice(where + 1)}`;
      }),
      at.map((where) => text.slice(0, where)),
    );
  });

test('JSON lines after others are read as if they were the first', () => {
  const columns = new Map([...'ab'].map((text, index) => [text, index]));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      const used = new JsonScanner(columns);
      // As a file has it: most rows say the same keys.
      for (const text of rows.flatMap((one) => [one, one])) {
        const bytes = Buffer.from(text);
        const [quick, slow] = [new Int32Array(4), new Int32Array(4)];
        const count = used.scan(bytes, 0, bytes.length, quick);
        expect(count).toBe(new JsonScanner(columns).scan(bytes, 0, bytes.length, slow));
        expect(quick).toEqual(slow);
      }
    }),
    { numRuns: 500 },
  );
});
