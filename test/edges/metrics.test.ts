// /metrics of the running app: who may read it, and that it has all that the alerts and the dashboard ask for.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openEndpoints } from '../../src/endpoint/open-endpoints.ts';
import { openMeters } from '../../src/life/meters.ts';
import { openStore } from '../../src/postgres/store.ts';
import { cloneDatabase } from '../database.ts';
import { testWith } from '../needs.ts';
import { root } from '../project-files.ts';
import { fillCourse, organisation as login } from '../web/fill-course.ts';
import { serveApp, type Served } from './serve-app.ts';

const rulesPath = join(root, 'deploy/prometheus/alerts.yml');
const token = 'a7c1d9e04b5f6283917e0d4c8b2a6f3597e1c0d8b4a2f6e3';
const organisation = login.toLowerCase();
let served: Served;
beforeAll(async () => {
  const database = await cloneDatabase();
  await openStore(database.pool).transaction((store) => fillCourse(store));
  served = await serveApp({ database, env: { PRACTICUM_METRICS_TOKEN: token } });
}, 120_000);
afterAll(() => served.stop());

const read = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${served.port}/metrics`, { headers, signal: AbortSignal.timeout(10_000) });

/** `name value` of each sample, without its labels. */
const samples = (text: string): Map<string, string[]> =>
  Map.groupBy(
    text.split('\n').filter((line) => line !== '' && !line.startsWith('#')),
    (line) => /^\w+/.exec(line)![0],
  );

test('this machine reads it, and elsewhere whoever has the token; a proxy’s visitors do not', async () => {
  expect((await read()).status).toBe(200);
  const elsewhere = { 'x-forwarded-for': '203.0.113.9' };
  expect((await read(elsewhere)).status).toBe(403);
  expect((await read({ ...elsewhere, authorization: 'Bearer wrong' })).status).toBe(403);
  expect((await read({ ...elsewhere, authorization: `Bearer ${token}` })).status).toBe(200);
});

test('it holds no names of people', async () => {
  const text = await (await read()).text();
  expect(text).toContain(`practicum_shipments{organisation="${organisation}",state="parked"}`);
  const { rows } = await served.database.pool.query<{ owner: string }>('select distinct owner from shipment');
  expect(rows.length).toBeGreaterThan(3);
  for (const { owner } of rows) expect(text).not.toContain(`"${owner}"`);
});

test('it says what the database says', async () => {
  const { pool } = served.database;
  const store = openStore(pool);
  const head = await store.ledgerHead(organisation);
  const found = samples(await (await read()).text());
  const { rows } = await pool.query<{ count: string }>(`select count(*) from shipment where state = 'dispatched'`);
  expect(found.get('practicum_shipments')).toContain(
    `practicum_shipments{organisation="${organisation}",state="sent"} ${rows[0]!.count}`,
  );
  expect(found.get('practicum_ledger_head')).toEqual([
    `practicum_ledger_head{organisation="${organisation}"} ${head?.seq ?? 0}`,
  ]);
  await pool.query(
    `insert into job (key, name, payload, due_at, state, last_error) values ('x/1', 'reconcile', '{}', now(), 'parked', 'no')`,
  );
  await pool.query(`insert into hold (scope, why, next_try) values ('disk', 'disk-full', now() + interval '1 hour')`);
  const again = await (await read()).text();
  expect(again).toContain('practicum_jobs_parked{what="job"} 1');
  expect(again).toContain('practicum_breaker_open{scope="disk"} 1');
  await pool.query(`delete from hold; delete from job where key = 'x/1'`);
  expect(samples(await (await read()).text()).has('practicum_breaker_open')).toBe(false);
});

test('what is not known is left out, and never zero', async () => {
  const meters = openMeters(() => Promise.reject(new Error('the database is away')));
  const { text } = await meters.expose();
  expect(text).toContain('practicum_database_up 0');
  expect([...samples(text).keys()].filter((name) => name.startsWith('practicum_'))).toEqual(['practicum_database_up']);
});

test('a budget and a probe are measured where they happen', async () => {
  const meters = openMeters(() => Promise.reject(new Error('not asked')));
  meters.budget(12, 'core', { limit: 5000, remaining: 4321 });
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const service = createServer((_, response) => void response.writeHead(500).end());
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const endpoints = meters.timed(
    openEndpoints({
      key,
      allowLoopback: true,
      confirmAfterSeconds: 1,
      timing: 'x',
      knownHost: 'localhost',
      knownPort: 443,
    }),
  );
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const answer = await endpoints.probe({ url, requestId: 'one', wait: 1000, shape: 'batch', rows: [{ a: 1 }] });
  service.close();
  const { text } = await meters.expose();
  expect(answer.code).toBe('health-status');
  expect(text).toContain('practicum_probe_duration_seconds_count{code="health-status"} 1');
  expect(text).toContain('practicum_github_budget_remaining{installation="12",resource="core"} 4321');
});

/** Names of our metrics in expressions, as they are declared: a histogram's parts by its own name. */
const named = (expressions: readonly string[]): string[] => [
  ...new Set(
    expressions
      .flatMap((expression) => expression.match(/\bpracticum_\w+/g) ?? [])
      .map((name) => name.replace(/_(bucket|count|sum)$/, '')),
  ),
];

test('every metric that the alerts and the dashboard name is there, and each that is there is watched', async () => {
  const text = await (await read()).text();
  const there = [...text.matchAll(/^# TYPE (practicum_\w+) /gm)].map(([, name]) => name!);
  const rules = parse(readFileSync(rulesPath, 'utf8')) as { groups: { rules: { expr: string }[] }[] };
  const alerts = named(rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)));
  const dashboard = JSON.parse(readFileSync(join(root, 'deploy/grafana/practicum.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  const shown = named(dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));
  expect(alerts.length).toBeGreaterThan(8);
  expect(alerts.filter((name) => !there.includes(name))).toEqual([]);
  expect(shown.filter((name) => !there.includes(name))).toEqual([]);
  expect(there.filter((name) => !shown.includes(name))).toEqual([]);
});

test('labels that expressions choose by are those that are exported', async () => {
  const text = await (await read()).text();
  const states = new Set([...text.matchAll(/^practicum_shipments\{.*state="(\w+)"/gm)].map(([, state]) => state));
  const all = readFileSync(rulesPath, 'utf8') + readFileSync(join(root, 'deploy/grafana/practicum.json'), 'utf8');
  const asked = [...all.matchAll(/state=~?\\?"([\w|]+)\\?"/g)].flatMap(([, one]) => one!.split('|'));
  expect(asked.length).toBeGreaterThan(4);
  expect(asked.filter((state) => !states.has(state))).toEqual([]);
});

testWith('promtool')('promtool finds nothing wrong with the rules and the configuration', () => {
  const check = (what: string, file: string): string =>
    execFileSync('promtool', ['check', what, join(root, 'deploy/prometheus', file)], { encoding: 'utf8' });
  expect(check('rules', 'alerts.yml')).toMatch(/SUCCESS: \d+ rules found/);
  expect(check('config', 'prometheus.yml')).toContain('is valid prometheus config');
});
