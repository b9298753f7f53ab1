// The seams are typed: what belongs to another event, job or catalogue does not compile.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'practicum-seams-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mistakes = [
  {
    what: 'an unknown code of a failure',
    file: 'src/flows/shipment/dispatch-shipment.ts',
    right: "'carrier-missing'",
    wrong: "'carrier-mising'",
  },
  {
    what: 'a wrong payload key',
    file: 'src/flows/jobs/queue-jobs.ts',
    right: 'payload: { organisation, id: shipment.id },',
    wrong: 'payload: { organisation, shipment: shipment.id },',
  },
  {
    what: 'a misspelt job',
    file: 'src/jobs.ts',
    right: "'sync-challenge': syncChallenge",
    wrong: "'sync-chalenge': syncChallenge",
  },
  {
    what: 'a wrong flow for an event',
    file: 'src/app.ts',
    right: "'issues.closed': touched",
    wrong: "'issues.closed': preview",
  },
  { what: 'a missing field', file: 'src/app.ts', right: 'p.workflow_run.head_sha', wrong: 'p.workflow_run.head_sah' },
  {
    what: 'an unknown problem code',
    file: 'src/domain/challenge/dataset.ts',
    right: "'unknown-column'",
    wrong: "'unknown-colum'",
  },
];

/** What the compiler says of the copy. */
function compile(): Promise<string> {
  return new Promise((resolve) => {
    const tsc = join(root, 'node_modules/.bin/tsc');
    execFile(tsc, ['--noEmit', '-p', folder], { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) => resolve(stdout));
  });
}

beforeAll(() => {
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: object;
  };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const files = [...new Set(mistakes.map(({ file }) => file))];
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
});

test('each mistake is refused at its line, and nothing else is', { timeout: 300_000 }, async () => {
  const starts = mistakes.map(({ what, file, right, wrong }) => {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    expect(text, what).toContain(right);
    writeFileSync(path, text.replace(right, wrong));
    return `${file}(${text.slice(0, text.indexOf(right)).split('\n').length}`;
  });
  const said = (await compile()).split('\n').filter((line) => /^\S/.test(line));
  expect([...new Set(said.map((line) => line.split(',')[0]!))].toSorted()).toEqual(starts.toSorted());
});
