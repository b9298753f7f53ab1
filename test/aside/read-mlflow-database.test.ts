// MLflow's SQLite store, which a stranger made: read in a thread, and whatever is no honest database is said and costs little.
import { afterEach, describe, expect, test } from 'vitest';
import { openAside, type OpenAside } from '../../src/aside/open-aside.ts';
import { endlessSchema, makeDatabase, mlflowTables } from './make-database.ts';

const open: OpenAside[] = [];
const aside = (limits: Parameters<typeof openAside>[0] = {}): OpenAside => {
  const one = openAside({ threads: 1, ...limits });
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const read = async (bytes: Uint8Array) => aside().read('ada', 'readMlflowDatabase', bytes);

const rows = `
  INSERT INTO runs VALUES ('a', 'bold-owl', 'LOCAL', 'ada', 'FINISHED', 1796000000000, 1796000002000, 'active', 1, NULL),
    ('b', NULL, 'LOCAL', 'ada', 'RUNNING', 1796000001000, NULL, 'active', 1, NULL),
    ('c', 'gone', 'LOCAL', 'ada', 'FINISHED', 1796000001000, NULL, 'deleted', 1, 1796000003000);
  INSERT INTO latest_metrics VALUES ('accuracy', 0.9, 1, 5, 0, 'a'), ('loss', 0, 1, 0, 1, 'a'),
    ('best', 1.7976931348623157e308, 1, 0, 0, 'a'), ('accuracy', 0.1, 1, 0, 0, 'c');
  INSERT INTO params VALUES ('seed', '7', 'a'), ('kind', 'forest', 'a');`;
const honest = makeDatabase(mlflowTables + rows);

test('says the runs with their metrics and parameters, without those that were deleted', async () => {
  expect(await read(honest)).toEqual({
    runs: [
      {
        id: 'a',
        name: 'bold-owl',
        status: 'FINISHED',
        started: 1_796_000_000_000,
        metrics: new Map([['accuracy', 0.9]]),
        params: 2,
      },
      { id: 'b', status: 'RUNNING', started: 1_796_000_001_000, metrics: new Map(), params: 0 },
    ],
  });
});

describe('says what it cannot read:', () => {
  const cut = honest.subarray(0, honest.length - 4096);
  const huge = honest.slice();
  new DataView(huge.buffer).setUint32(28, 0xff_ff_ff_fe);
  const wal = honest.slice();
  wal[18] = 2;
  const torn = honest.slice().fill(0xff, 4096);
  const text = new TextEncoder();
  test.each<[string, Uint8Array, RegExp]>([
    ['a file that is cut off', cut, /^it is cut off: its header says \d+ pages of 4096 bytes/],
    ['a page count that no file has', huge, /^it is cut off: its header says 4294967294 pages/],
    ['another file', text.encode('run_id,status\n'.repeat(50)), /^it is no SQLite database$/],
    ['nothing', new Uint8Array(), /^it is no SQLite database$/],
    ['a pointer of LFS', text.encode('version https://git-lfs.github.com/spec/v1\n'), /Git LFS/],
    ['a part in another file', wal, /WAL mode/],
    ['damaged pages', torn, /^SQLite says: database disk image is malformed/],
    ['another database', makeDatabase('CREATE TABLE a (b)'), /^there is no table runs as MLflow makes it$/],
    ['other columns', makeDatabase('CREATE TABLE runs (run_uuid, name)'), /^runs has no column status and no column/],
    [
      'rows that MLflow would not write',
      makeDatabase(`${mlflowTables} INSERT INTO runs (run_uuid, status) VALUES ('a', x'00')`),
      /^runs has rows without run_uuid and status/,
    ],
  ])('%s', async (_, bytes, words) => {
    expect(await read(bytes)).toEqual({ unreadable: expect.stringMatching(words) as unknown });
  });

  test('a table of more rows than anybody logs', async () => {
    const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20001)
      INSERT INTO params SELECT 'k' || i, '', 'a' FROM n`;
    const read20001 = await read(makeDatabase(`${mlflowTables}${rows}${many}`));
    expect(read20001).toEqual({ unreadable: 'params has more than 20000 rows' });
  });
});

describe('runs nothing that the database brings:', () => {
  const forever = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS run_uuid FROM n';

  test('a view in the place of a table', async () => {
    const bytes = makeDatabase(`CREATE VIEW runs AS ${forever}`);
    expect(await read(bytes)).toEqual({ unreadable: 'runs is a view and no table: it is not run' });
  });

  test('a view that the list of tables calls a table', async () => {
    const bytes = makeDatabase(`CREATE VIEW runs AS ${forever};
      CREATE TABLE other (a); PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET type = 'table', rootpage = 2 WHERE name = 'runs'`);
    expect(await read(bytes)).toHaveProperty('unreadable');
  });

  test('a virtual table', async () => {
    const bytes = makeDatabase('CREATE VIRTUAL TABLE runs USING fts5(run_uuid, name, status)');
    expect(await read(bytes)).toHaveProperty('unreadable');
  });

  test('a generated column', async () => {
    const heavy = 'status AS (length(hex(zeroblob(400000000))))';
    const bytes = makeDatabase(
      `CREATE TABLE runs (run_uuid, name, start_time, lifecycle_stage, ${heavy}); INSERT INTO runs VALUES ('a', '', 1, '')`,
    );
    expect(await read(bytes)).toEqual({ unreadable: 'runs has a generated column, status: it is not run' });
  });
});

test('a list of tables without an end is ended with its thread, and who comes next is read', async () => {
  const one = aside({ cpuMs: 1000 });
  const hostile = one.read('mal', 'readMlflowDatabase', endlessSchema());
  const next = one.read('ada', 'readMlflowDatabase', honest);
  await expect(hostile).rejects.toMatchObject({
    code: 'reading-exceeded',
    message: 'it took more than 1 seconds of processor time to read',
  });
  expect(await next).toHaveProperty('runs.length', 2);
});

test('memory has a bound, which no thread limit sets for WebAssembly', async () => {
  const blob = `${mlflowTables} INSERT INTO runs (run_uuid, status) VALUES (zeroblob(40000000), 'FINISHED')`;
  expect(await read(makeDatabase(blob))).toEqual({ unreadable: 'SQLite says: out of memory' });
});
