import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { breakPipeline } from '../../src/rehearsal/break-pipeline.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'practicum-break-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whether the first task still runs with so many releases, one of which came by two carriers. */
function runs(pipeline: string, releases: string[]): boolean {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const entries = [...releases, ...releases.slice(0, 1)].map((release) => ({ challenge: 'c', release, path: 'p' }));
  writeFileSync(join(folder, 'data/MANIFEST.json'), JSON.stringify({ version: 1, releases: entries }, undefined, 2));
  const first = (Object.values(parse(pipeline).tasks) as { run: string }[])[0]!;
  try {
    return execFileSync('sh', ['-c', first.run], { cwd: folder, stdio: 'pipe', encoding: 'utf8' }).includes('done');
  } catch {
    return false;
  }
}

test('whatever the tasks are, the pipeline works with the first release and fails with the second', () => {
  const text = 'version: 1\nname: p\ntasks:\n  a: { run: "echo done", outputs: { o: x } }\n  b: { run: "echo b" }\n';
  const broken = breakPipeline(text, 1);
  expect(runs(broken, ['release-1'])).toBe(true);
  expect(runs(broken, ['release-1', 'release-2'])).toBe(false);
  expect(parse(broken).tasks.b).toEqual({ run: 'echo b' });
  expect(breakPipeline(broken, 1)).toBe(broken);
  expect(runs(breakPipeline(text, 0), ['release-1'])).toBe(false);
});

test.each(['rehearsal-student', 'rehearsal-any'])('the pipeline of %s is one that can be broken', (template) => {
  const text = readFileSync(join(import.meta.dirname, '../../templates', template, 'pipeline.yml'), 'utf8');
  expect(breakPipeline(text, 1)).toContain('planned for');
});

test('a file without tasks is left alone', () => {
  for (const text of ['', 'tasks: {}\n', '- 1\n', 'tasks: [']) expect(breakPipeline(text, 1)).toBe(text);
});
