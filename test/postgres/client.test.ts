// Statements in frequent use are prepared on connections of the server's own, and read anew where a migration changed them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../../src/postgres/client.ts';
import { inTransaction, openPool, type Database, type Pool } from '../../src/postgres/pool.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 1);
  await pool.query('create table thing (id int primary key, name text)');
  await pool.query("insert into thing values (1, 'one')");
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const byId = 'select * from thing where id = $1';
const ask = async (on: Database = pool): Promise<object[]> => (await on.query(byId, [1])).rows as object[];
const prepared = async (): Promise<number> =>
  (await pool.query('select 1 from pg_prepared_statements where statement = $1 and from_sql = false', [byId])).rows
    .length;

test('what is asked often is prepared, what is asked once is not', async () => {
  await ask();
  expect(await prepared()).toBe(0);
  for (let times = 0; times < 5; times++) await ask();
  expect(await prepared()).toBe(1);
});

test('a column that a migration adds is there at once', async () => {
  for (let times = 0; times < 5; times++) await ask();
  await database.pool.query('alter table thing add column colour text');
  expect(await ask()).toEqual([{ id: 1, name: 'one', colour: null }]);
  await database.pool.query('alter table thing add column size int');
  expect(await inTransaction(pool, ask)).toEqual([{ id: 1, name: 'one', colour: null, size: null }]);
});

test('within a transaction the change makes it fail once, and is known then', async () => {
  for (let times = 0; times < 5; times++) await ask();
  await database.pool.query('alter table thing drop column size');
  await expect(inTransaction(pool, ask)).rejects.toMatchObject({ code: '0A000' });
  expect(await inTransaction(pool, ask)).toEqual([{ id: 1, name: 'one', colour: null }]);
});

test('behind a pooler, which has numbers of its own, nothing is prepared', async () => {
  const pooled = new Client({ connectionString: database.url });
  await pooled.connect();
  pooled.recognise(-1);
  for (let times = 0; times < 9; times++) await pooled.query(byId, [1]);
  const { rows } = await pooled.query('select 1 from pg_prepared_statements where statement = $1', [byId]);
  expect(rows).toEqual([]);
  await pooled.end();
});
