// Text of students is read in threads: what exceeds its limits is ended alone, and the event loop is nobody's.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { openAside, type OpenAside } from '../../src/aside/open-aside.ts';
import { usedLately } from '../../src/aside/used-lately.ts';
import type { FileAsked } from '../../src/domain/judge/judge-file.ts';

const open: OpenAside[] = [];
const aside = (limits: Parameters<typeof openAside>[0] = {}): OpenAside => {
  const one = openAside(limits);
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const asked: FileAsked = {
  expectation: { kind: 'data_validation', expected: [{ row: 1, a: 1 }] },
  path: 'answers/r1.json',
  at: new Date('2027-01-12T09:00:00Z'),
  attempt: 1,
  attempts: 3,
  closed: false,
};
const rows = (count: number): string =>
  `{"rows": [${Array.from({ length: count }, (_, row) => `{"row": ${row + 1}, "a": 1}`).join(',')}]}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('it comes to the same as in the process itself', async () => {
  const judged = await aside().read('ada', 'judgeFile', bytes(rows(1)), asked);
  expect(judged).toMatchObject({ verdict: 'correct', matches: 1, extra: 0, report: { conclusion: 'success' } });
  expect(await aside().read('ada', 'readRegistration', { file: 'endpoint: https://a.example\n' })).toEqual({
    url: 'https://a.example',
  });
});

test('what takes too much of the processor is ended, and those beside and after it are not', async () => {
  const one = aside({ cpuMs: 150, threads: 1 });
  await one.read('bob', 'judgeFile', bytes(rows(1)), asked);
  const hostile = one.read('mal', 'judgeFile', bytes(rows(800_000)), asked);
  const honest = one.read('ada', 'judgeFile', bytes(rows(1)), asked);
  await expect(hostile).rejects.toMatchObject({
    code: 'reading-exceeded',
    permanent: true,
    message: 'it took more than 0.15 seconds of processor time to read',
  });
  expect(await honest).toMatchObject({ verdict: 'correct' });
});

test('what takes too much memory is ended, and the process is not', async () => {
  const one = aside({ memoryMb: 24, threads: 1 });
  const hostile = one.read('mal', 'judgeFile', bytes(rows(600_000)), asked);
  await expect(hostile).rejects.toMatchObject({
    code: 'reading-exceeded',
    message: 'it took more than 24 MB of memory to read',
  });
  expect(await one.read('ada', 'judgeFile', bytes(rows(1)), asked)).toMatchObject({ verdict: 'correct' });
});

test('while hostile text is read nobody waits: the event loop goes on', async () => {
  const one = aside({ cpuMs: 1500 });
  await one.read('ada', 'judgeFile', bytes(rows(1)), asked);
  const inputs = Array.from({ length: 3 }, () => bytes(rows(400_000)));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await Promise.allSettled(inputs.map((input) => one.read('mal', 'judgeFile', input, asked)));
  delay.disable();
  // On a busy machine; alone it is a tenth of that. In this process it took a second.
  expect(delay.percentile(99) / 1e6).toBeLessThan(200);
});

test('whoever used much waits for those who used little', () => {
  let now = 0;
  const used = usedLately(() => now);
  used.add('mal', 5000);
  used.add('ada', 10);
  expect(used.leastOf([{ whose: 'mal' }, { whose: 'ada' }, { whose: 'bob' }])).toBe(2);
  expect(used.leastOf([{ whose: 'mal' }, { whose: 'ada' }])).toBe(1);
  expect(used.leastOf([{ whose: 'ada' }, { whose: 'ada' }])).toBe(0);
  now = 3_600_000;
  used.add('ada', 200);
  expect(used.leastOf([{ whose: 'mal' }, { whose: 'ada' }])).toBe(0);
});

test('an archive and a pipeline file are read there too', async () => {
  const one = aside();
  expect(await one.read('ada', 'readTestReports', new Uint8Array([1, 2, 3]))).toEqual({
    files: new Map(),
    databases: new Map(),
  });
  const known = new Map([['pipeline.yml', 'version: 1\nname: p\ntasks: { a: { run: "true" } }\n']]);
  const about = { name: 'p', card: { rows: 1, columns: 1 } };
  const first = await one.read('ada', 'readSubmitted', known, 'pipeline.yml', about);
  expect(first.value.pipeline).toMatchObject({ tasks: [{ name: 'a' }] });
  expect(first.missing).toEqual(['metadata.json']);
});
