// Hostile answers read in this process and in threads: how long the event loop is held up, and how long an honest answer waits.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openAside } from '../src/aside/open-aside.ts';
import { readings } from '../src/domain/aside/readings.ts';
import type { FileAsked } from '../src/domain/judge/judge-file.ts';

const rows = Number(process.argv[2] ?? 400_000);
const hostile = 10;
const answer = (count: number): Uint8Array =>
  new TextEncoder().encode(
    `{"rows": [${Array.from({ length: count }, (_, row) => `{"row": ${row + 1}, "a": 1}`).join(',')}]}`,
  );
const asked: FileAsked = {
  expectation: { kind: 'data_validation', expected: [{ row: 1, a: 1 }] },
  path: 'answers/r1.json',
  at: new Date('2027-01-12T09:00:00Z'),
  attempt: 1,
  attempts: 3,
  closed: false,
};
const [large, small] = [answer(rows), answer(1)];

type Read = (whose: string, file: Uint8Array) => Promise<unknown>;

async function measure(name: string, read: Read): Promise<void> {
  await read('warm', small);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const began = performance.now();
  const all = Array.from({ length: hostile }, (_, index) => read(`mal-${index % 3}`, large));
  const honest = read('ada', small).then(() => performance.now() - began);
  const ended = (await Promise.allSettled(all)).filter(({ status }) => status === 'rejected').length;
  const waited = await honest;
  // What held up the loop is seen by the next look at the clock.
  await new Promise((resolve) => setTimeout(resolve, 50));
  delay.disable();
  const [p99, most] = [delay.percentile(99) / 1e6, delay.max / 1e6].map((ms) => ms.toFixed(0));
  console.log(`| ${name} | ${p99} ms | ${most} ms | ${waited.toFixed(0)} ms | ${ended} of ${hostile} |`);
}

console.log(`${hostile} answers of ${rows} rows and one of a single row\n`);
console.log('| read | loop p99 | loop longest | the honest one waited | given up |\n|---|---|---|---|---|');
await measure('in this process', async (_, file) => {
  await new Promise((resolve) => setImmediate(resolve));
  return readings.judgeFile(file, asked);
});
const aside = openAside({ cpuMs: 1000 });
await measure('in two threads, a second each', (whose, file) => aside.read(whose, 'judgeFile', file, asked));
await aside.close();
