// Sources that were made to fill the disk or the memory: small files that say the same a million times, packed in packings.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parquetToCsv } from '../../src/dataset/source/convert-parquet.ts';
import { describeSource } from '../../src/dataset/source/describe-source.ts';
import { unpack } from '../../src/dataset/source/transcode.ts';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';
import { fileWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const limits = { freeBytes: 1 << 20 };
const csv = 'x,y\n1,2\n3,4\n5,6\n';

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('what unpacks to a thousand times its size is not unpacked: %s', async (packed, pack) => {
  const bomb = fileWith(dir, pack(Buffer.alloc(64 << 20, 'a,b\n')), '.csv.packed');
  const to = join(dir, `${packed}.out`);
  await expect(unpack(bomb, to, packed, limits)).rejects.toMatchObject({ code: 'source_unreadable' });
  expect(statSync(to).size).toBeLessThan(20 << 20);
  const honest = fileWith(dir, pack(Buffer.from(csv.repeat(1000))), '.csv.packed');
  await unpack(honest, to, packed, limits);
  expect(statSync(to).size).toBe(csv.length * 1000);
});

test('a packing in a packing is opened, and one that goes on is not', async () => {
  const twice = await describeSource(fileWith(dir, gzipSync(zstdCompressSync(csv)), '.csv.zst.gz'));
  expect(twice).toMatchObject({ rows: 3, problems: [] });
  const layers = Array.from({ length: 5 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from(csv));
  const { problems } = await describeSource(fileWith(dir, layers, '.csv.gz'));
  expect(problems.map(({ code }) => code)).toEqual(['source-unreadable']);
  expect(problems[0]!.message).toContain('packed more than 2 times');
  expect((await describeSource(fileWith(dir, brotliCompressSync(csv), '.csv.br'))).problems).not.toEqual([]);
});

test('members of gzip behind each other are one text', async () => {
  const whole = fileWith(dir, Buffer.concat([gzipSync('x,y\n1,2\n'), gzipSync('3,4\n'), gzipSync('')]), '.csv.gz');
  expect(await describeSource(whole)).toMatchObject({ rows: 2, problems: [] });
});

test('Parquet that is a few bytes and would be gigabytes of text stays as it is', async () => {
  const [bomb, honest] = [join(dir, 'bomb.parquet'), join(dir, 'honest.parquet')];
  const options = '(format parquet, compression zstd, use_tmp_file false)';
  await withDuckDb(
    dir,
    async (connection) => {
      const rows = `repeat('a', 100000) as s, [i, i] as l, i as i from range(100) t(i)`;
      await connection.run(`copy (select ${rows}) to ${sqlText(bomb)} ${options}`);
      await connection.run(
        `copy (select 'a' || i as s, null::int as n from range(100) t(i)) to ${sqlText(honest)} ${options}`,
      );
    },
    [bomb, honest],
  );
  const to = join(dir, 'table.csv');
  await expect(parquetToCsv(bomb, to, dir, undefined, limits)).rejects.toMatchObject({ code: 'source_unreadable' });
  expect(await parquetToCsv(bomb, to, dir, ['i', 'l'], limits)).toHaveLength(2);
  expect(await parquetToCsv(honest, to, dir, undefined, limits)).toHaveLength(2);
});

test('an element of a JSON array that goes on is given up', async () => {
  const { problems } = await describeSource(fileWith(dir, `[{"x": "${'a'.repeat(17 << 20)}`, '.json'));
  expect(problems.map(({ code }) => code)).toEqual(['record-too-long']);
});
