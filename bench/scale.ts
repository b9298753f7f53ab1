// What a class costs: the same course with more and more students, by the real sync and the real store, without GitHub.
// `node bench/scale.ts [--merges] [STUDENTS …]` prints Markdown: each figure, and the exponent with which it grows; of merges
// alone with `--merges`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOnce } from './end-once.ts';
import { measureClass, openClass } from './scale-class.ts';

const given = process.argv.slice(2);
const sizes = given.filter((text) => text !== '--merges').map(Number);
const classes = sizes.length > 0 ? sizes : [100, 300, 1000];

const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
const opened = await openClass(dir);
const end = endOnce(async () => {
  await opened.erase();
  rmSync(dir, { recursive: true, force: true });
});
try {
  const results: Map<string, number>[] = [];
  for (const students of classes) results.push(await measureClass(opened, students, given.includes('--merges')));
  print(results);
} finally {
  await end();
}

/** Of `students ** exponent`: the slope between the smallest class and the largest. */
function exponentOf(values: readonly number[]): string {
  const [first, last] = [classes[0]!, classes.at(-1)!];
  if (first === last) return '–';
  return (Math.log(values.at(-1)! / values[0]!) / Math.log(last / first)).toFixed(2);
}

function print(results: readonly Map<string, number>[]): void {
  const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
  row(['what, ms', ...classes.map((students) => `${students} students`), 'exponent']);
  row(['---', ...classes.map(() => '---:'), '---:']);
  for (const what of results[0]!.keys()) {
    const values = results.map((result) => result.get(what)!);
    row([what, ...values.map((value) => (value < 100 ? value.toFixed(1) : Math.round(value))), exponentOf(values)]);
  }
  console.log(`\npeak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}
