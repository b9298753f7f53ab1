// The engine inside us reaches the files it is given, and nothing else of this machine or of the network.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqlText, withDuckDb } from '../../src/dataset/work/duckdb.ts';

const dir = mkdtempSync(join(tmpdir(), "practicum-duck'db-"));
const work = mkdtempSync(join(dir, 'work-'));
afterAll(() => rmSync(dir, { recursive: true }));
const source = join(dir, "it's a source.csv");
const secret = join(dir, 'secret.csv');
writeFileSync(source, 'a\n1\n2\n');
writeFileSync(secret, 'a\n42\n');

test('the named source and the work folder can be read and written', async () => {
  const rows = await withDuckDb(
    work,
    async (connection) => {
      await connection.run(
        `copy (select * from read_csv(${sqlText(source)})) to ${sqlText(join(work, 'out.parquet'))}`,
      );
      return (
        await connection.runAndReadAll(`select sum(a)::int from ${sqlText(join(work, 'out.parquet'))}`)
      ).getRows();
    },
    [source],
  );
  expect(rows).toEqual([[3]]);
});

test('a sort larger than memory spills into the work folder', async () => {
  const rows = await withDuckDb(work, async (connection) => {
    await connection.run(`create table t as select hash(i)::varchar || repeat('x', 100) as k from range(2000000) r(i)`);
    await connection.run('create table s as select k from t order by k');
    return (await connection.runAndReadAll('select count(*)::int from s')).getRows();
  });
  expect(rows).toEqual([[2_000_000]]);
}, 60_000);

test.each([
  ['another file', `select * from read_csv(${sqlText(secret)})`],
  ['the same over the work folder', `select * from read_csv(${sqlText(`${work}/../secret.csv`)})`],
  ['text of this machine', `select * from read_text('/etc/passwd')`],
  ['a pattern', `select * from glob(${sqlText(`${dir}/*`)})`],
  ['writing elsewhere', `copy (select 1) to ${sqlText(join(dir, 'left.csv'))}`],
  ['a database of elsewhere', `attach ${sqlText(join(dir, 'x.db'))}`],
  ['the network', `select * from read_csv('http://127.0.0.1:9/x.csv')`],
  ['an extension', 'install httpfs'],
  ['code from a file', `load ${sqlText(join(work, 'evil.duckdb_extension'))}`],
  ['opening itself again', 'set enable_external_access = true'],
  ['more memory', `set memory_limit = '100GB'`],
])('%s is out of reach', async (_what, statement) => {
  await expect(withDuckDb(work, (connection) => connection.run(statement), [source])).rejects.toThrow(
    /Permission|Invalid Input|locked|disabled|IO Error|cannot/i,
  );
});

test('a link out of the work folder leads nowhere that matters: only we make files there', async () => {
  symlinkSync(source, join(work, 'link.csv'));
  const read = withDuckDb(work, (connection) =>
    connection.run(`select * from read_csv(${sqlText(join(dir, 'link.csv'))})`),
  );
  await expect(read).rejects.toThrow(/Permission/);
});
