// What a class costs: the same course with more and more students, by the real sync and the real store, without GitHub.
// `node bench/scale.ts [--merges] [STUDENTS …]` prints Markdown: each figure by the clock and what it took of processors (Node's and
// PostgreSQL's), the exponent with which it grows, and its goal at 1,000 students; then what is read from end to end for what happens all the time. Of merges alone with `--merges`.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOnce } from './end-once.ts';
import { measureClass, openClass, type Measured } from './scale-class.ts';
import { goals, verdictOf } from './scale-goals.ts';

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
  const results: Measured[] = [];
  for (const students of classes) results.push(await measureClass(opened, students, given.includes('--merges')));
  print(results);
} finally {
  await end();
}

/** Of `students ** exponent`: the slope between the smallest class and the largest. */
function exponentOf(values: readonly number[]): number | undefined {
  const [first, last] = [classes[0]!, classes.at(-1)!];
  if (first === last || !values.every((value) => value > 0)) return undefined;
  return Math.log(values.at(-1)! / values[0]!) / Math.log(last / first);
}

function print(measured: readonly Measured[]): void {
  const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
  const shown = (value: number | undefined): string | number =>
    value === undefined ? '' : value < 100 ? value.toFixed(1) : Math.round(value);
  const heads = classes.flatMap((students) => [`${students} students`, 'processor']);
  row(['what, ms', ...heads, 'exponent', 'goal at 1,000', 'at most']);
  row(['---', ...heads.map(() => '---:'), '---:', '---:', '---']);
  for (const what of measured[0]!.results.keys()) {
    const values = measured.map(({ results }) => results.get(what)!);
    const cells = measured.flatMap(({ results, processor }) => [shown(results.get(what)), shown(processor.get(what))]);
    const used = measured.flatMap(({ processor }) => processor.get(what) ?? []);
    // Where it was taken, of the processor's time: the clock also says what else the machine did.
    const exponent = exponentOf(used.length === values.length ? used : values);
    const verdict = verdictOf(what, [values.at(-1)!, used.at(-1)], exponent);
    row([what, ...cells, exponent === undefined ? '–' : exponent.toFixed(2), goals[what] ?? '', verdict]);
  }
  console.log(
    `\npeak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, load ${loadavg()[0]!.toFixed(1)}`,
  );
  const scans = measured.at(-1)!.scans;
  console.log(`\nRead from end to end, of ${classes.at(-1)} students: ${scans.length === 0 ? 'nothing' : ''}`);
  for (const { path, table, rows, text } of scans)
    console.log(`- ${path}: ${table}, ${rows} rows: \`${text.replaceAll(/\s+/g, ' ').slice(0, 160)}\``);
}
