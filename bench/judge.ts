// Judges an answer of a million rows, as JSON and as CSV, through the command line: wall time and peak memory.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'judge-bench-'));
const cells = (row: number): { row: number; price: number; type: string; region: string } => ({
  row,
  price: Math.round(row * 1.618) / 100,
  type: row % 2 ? 'organic' : 'conventional',
  region: `region ${row % 54}`,
});
const list = Array.from({ length: rows }, (_, row) => cells(row));
const json = list.map((row) => JSON.stringify(row)).join(',\n');
writeFileSync(join(folder, 'request.json'), `{"kind":"data_validation","expected":[${json}]}`);
writeFileSync(join(folder, 'answer.json'), `{"rows":[${json}]}`);
const csv = list.map(({ row, price, type, region }) => `${row},${price},${type},${region}`).join('\n');
writeFileSync(join(folder, 'answer.csv'), `row,price,type,region\n${csv}\n`);

const main = new URL('../src/main.ts', import.meta.url).pathname;
const probe = `process.on('exit', () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); console.error(maxRSS + ' ' + (userCPUTime + systemCPUTime)); })`;
console.log('| answer | size | wall | CPU | peak memory | verdict |\n|---|---|---|---|---|---|');
for (const answer of ['answer.json', 'answer.csv']) {
  const started = performance.now();
  const script = `${probe}; process.argv.splice(1, 0, 'practicum'); await import(${JSON.stringify(main)})`;
  const args = [
    '--input-type=module',
    '-e',
    script,
    'judge',
    join(folder, 'request.json'),
    join(folder, answer),
    '--json',
  ];
  const out = execFileSync('sh', ['-c', '"$0" "$@" 2>&1', process.execPath, ...args], {
    maxBuffer: 2 ** 30,
  }).toString();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = /"verdict":"(\w+)"/.exec(out)?.[1];
  const [memory, cpu] = out.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number];
  const size = (statSync(join(folder, answer)).size / 1e6).toFixed(0);
  console.log(
    `| ${rows} rows, ${answer.split('.')[1]} | ${size} MB | ${seconds} s | ${(cpu / 1e6).toFixed(1)} s | ${Math.round(memory / 1024)} MB | ${verdict} |`,
  );
}
rmSync(folder, { recursive: true });
