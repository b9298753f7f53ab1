// The student for any data: what its model makes of tables of every kind, and its service before and after the first release.
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { saysNoModel } from '../../src/domain/endpoint/no-model.ts';
import { spoilRow } from '../../src/domain/endpoint/probe-contract.ts';
import { freePort } from '../../src/free-port.ts';
import { fitTemplate } from '../../src/rehearsal/fit-template.ts';
import { predictBy } from '../../src/rehearsal/own-model.ts';
import type { StudentTask } from '../../src/rehearsal/student-task.ts';

let folder: string;
let service: ChildProcess | undefined;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'practicum-any-'))));
afterEach(async () => {
  if (service?.kill()) await once(service, 'exit');
  service = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const task = (more: Partial<StudentTask>): StudentTask => ({
  challenge: 'c',
  columns: {},
  folder: 'data/incoming',
  serves: true,
  example: { a: 1 },
  ...more,
});

/** Puts a release where the app would. */
function release(name: string, text: string): void {
  mkdirSync(join(folder, 'data/incoming'), { recursive: true });
  writeFileSync(join(folder, 'data/incoming', name), text);
  const releases = [{ challenge: 'c', release: 'release-1', path: `data/incoming/${name}` }];
  writeFileSync(join(folder, 'data/MANIFEST.json'), JSON.stringify({ version: 1, releases }));
}

const rows = Array.from({ length: 200 }, (_, index) => index);

describe('predictions', () => {
  test('classes by numbers and texts; a column of ids does not mislead', async () => {
    release(
      'r.csv',
      `id,x,colour,kind\n${rows.map((n) => `K${n},${n % 10},${n % 2 ? 'red' : 'blue'},${n % 10 > 4 ? 'high' : '"low, but"'}`).join('\n')}\n`,
    );
    const asked = [
      { id: 'new', x: 9, colour: 'red' },
      { id: 'new', x: 1, colour: 'red' },
      { x: null, colour: 'green' },
    ];
    const found = await predictBy(task({ target: 'kind' }), folder, asked, false);
    expect(found?.slice(0, 2)).toEqual(['high', 'low, but']);
    expect(['high', 'low, but']).toContain(found![2]);
    const shares = await predictBy(task({ target: 'kind' }), folder, asked.slice(0, 1), true);
    expect((shares![0] as Record<string, number>)['high']).toBeGreaterThan(0.8);
  });

  test('numbers with semicolons, decimal commas, missing words and dates of another form', async () => {
    const lines = rows.map(
      (n) => `${String((n % 28) + 1).padStart(2, '0')}.03.2024;${n % 7 === 0 ? '-200' : `${n},5`};${2 * n + 1},0`,
    );
    release('r.csv', `tag;x;y\n${lines.join('\n')}\n`);
    const about = task({ target: 'y', kind: 'regression', decimal: ',', missing: ['-200'], dates: 'dd.mm.yyyy' });
    const [value, text] = (await predictBy(
      about,
      folder,
      [
        { tag: '03.03.2024', x: 100.5 },
        { tag: '03.03.2024', x: '100,5' },
      ],
      false,
    )) as number[];
    expect(value).toBeGreaterThan(150);
    expect(value).toBeLessThan(250);
    expect(text).toBe(value);
  });

  test('classes that are numbers or booleans come back as such; JSON lines are read', async () => {
    release('r.jsonl', rows.map((n) => JSON.stringify({ x: n, yes: n > 99, code: n > 99 ? 1 : 0 })).join('\n'));
    expect(await predictBy(task({ target: 'yes', kind: 'classification' }), folder, [{ x: 150 }], false)).toEqual([
      true,
    ]);
    expect(await predictBy(task({ target: 'code', kind: 'classification' }), folder, [{ x: 3 }], false)).toEqual([0]);
  });

  test('a line goes on beyond what was seen', async () => {
    release(
      'r.csv',
      `day,y\n${rows.map((n) => `${new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10)},${300 + n}`).join('\n')}\n`,
    );
    const about = task({ target: 'y', kind: 'regression', columns: { day: { type: 'date' } } });
    const [found] = (await predictBy(about, folder, [{ day: '2024-10-27' }], false)) as number[];
    expect(found).toBeGreaterThan(580);
    expect(found).toBeLessThan(620);
  });

  test('a target that nothing tells of is answered by a constant, never by nonsense', async () => {
    release('r.csv', `x,y\n${rows.map((n) => `${(n * 7919) % 31},${(n * 104729) % 17}`).join('\n')}\n`);
    const [found] = (await predictBy(
      task({ target: 'y', kind: 'regression' }),
      folder,
      [{ x: 1e9 }],
      false,
    )) as number[];
    expect(found).toBeGreaterThanOrEqual(0);
    expect(found).toBeLessThanOrEqual(32);
  });

  test('without a release there is no model', async () => {
    expect(await predictBy(task({ target: 'y' }), folder, [{ x: 1 }], false)).toBeUndefined();
  });
});

async function start(): Promise<string> {
  const port = await freePort();
  execFileSync(process.execPath, ['steps/train.mjs'], { cwd: folder, stdio: 'pipe' });
  service = spawn(process.execPath, ['steps/serve.mjs'], { cwd: folder, env: { PORT: String(port) }, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return url;
  }
}

const ask = async (url: string, instances: unknown[]): Promise<{ status: number; text: string }> => {
  const answer = await fetch(`${url}/predict`, {
    method: 'POST',
    body: JSON.stringify({ request_id: 'r', instances }),
  });
  return { status: answer.status, text: await answer.text() };
};

test('the pipeline is green before the first release, and the service says that it has no model', async () => {
  cpSync(join(import.meta.dirname, '../../templates/rehearsal-any'), folder, { recursive: true });
  await fitTemplate(folder, [task({ target: 'y' }), task({ challenge: 'other', folder: 'in' })]);
  const example = JSON.parse(readFileSync(join(folder, 'tests/example_request.json'), 'utf8'));
  expect(example.instances).toEqual([{ a: 1 }]);
  expect(readFileSync(join(folder, 'pipeline.yml'), 'utf8')).toMatch(/slices: data\/incoming[\s\S]*slices-2: in/);
  const { status, text } = await ask(await start(), [{ x: 1 }]);
  expect(saysNoModel(status, text)).toBe('no model yet: no release has arrived');
});

test('with a release it predicts, and refuses what is no row of the data', async () => {
  cpSync(join(import.meta.dirname, '../../templates/rehearsal-any'), folder, { recursive: true });
  await fitTemplate(folder, [task({ target: 'y', columns: { x: { type: 'number' } } })]);
  release('r.csv', `x,t,y\n${rows.map((n) => `${n},${n % 3 ? 'a' : 'b'},${n > 99 ? 'up' : 'down'}`).join('\n')}\n`);
  const url = await start();
  const good = await ask(url, [
    { x: 150, t: 'a' },
    { x: null, t: 'b' },
  ]);
  expect(good.status).toBe(200);
  expect(JSON.parse(good.text)).toMatchObject({ request_id: 'r', predictions: ['up', expect.any(String)] });
  for (const row of [spoilRow({ x: 1, t: 'a' }), {}, 7, null]) expect((await ask(url, [row])).status).toBe(422);
});
