// Slicing measured against pandas reading the file once per release, and against DuckDB doing the same. `node bench/slice.ts
// [MEGABYTES] [--full] [--duckdb]` prints Markdown; with `--duckdb` the second table only.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { cutSource } from '../src/dataset/slice/cut-source.ts';
import { unit } from '../src/domain/dataset/sample.ts';
import { againstEngine } from './slice-engine.ts';
import type { SliceRelease, SliceSpec } from '../src/domain/shipment/slice-spec.ts';

type Measured = { seconds: number; megabytes: number };

const releases = 10;
const students = 200;

async function main(megabytes: number, alone: boolean): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'practicum-bench-'));
  try {
    const source = join(dir, 'source.csv');
    const rows = synthesise(source, megabytes * 1e6);
    const size = (statSync(source).size / 1e6).toFixed(0);
    const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
    print(
      `Machine: ${machine}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}. A CSV of ${size} MB, ${rows} rows, 12 columns.\n`,
    );
    if (!alone) againstPandas(source, rows, dir);
    await againstEngine(source, rows, dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function againstPandas(source: string, rows: number, dir: string): void {
  print('| what | wall s | peak MB | against pandas |\n|---|---:|---:|---|');
  const python = preparePandas(dir);
  const ten = python === undefined ? undefined : pandas(python, 'releases', source, rows, dir);
  const many = python === undefined ? undefined : pandas(python, 'students', source, rows, dir);
  if (ten) line(`pandas, ${releases} releases, one reading each`, ten);
  line(`practicum, ${releases} releases`, ours('releases', source, rows, dir), ten);
  line(`practicum, ${releases} releases, 20 % stratified hold-out`, ours('holdout', source, rows, dir), ten);
  line(`practicum, ${releases} releases ordered by a column`, ours('ordered', source, rows, dir), ten);
  line(`practicum, ${releases} releases, shuffled`, ours('shuffled', source, rows, dir), ten);
  line(`practicum, ${releases} releases, drift on most rows`, ours('drift', source, rows, dir), ten);
  if (many) line(`pandas, ${students} samples after a single reading`, many);
  line(`practicum, ${students} stratified samples`, ours('students', source, rows, dir), many);
}

function print(text: string): void {
  console.log(text);
}

function line(what: string, { seconds, megabytes }: Measured, other?: Measured): void {
  const ratio = other
    ? `${(other.seconds / seconds).toFixed(1)} × the speed, ${(megabytes / other.megabytes).toFixed(2)} × the memory`
    : '';
  print(`| ${what} | ${seconds.toFixed(1)} | ${megabytes.toFixed(0)} | ${ratio} |`);
}

/** Twelve columns of ids, dates, texts and numbers; the same bytes in every run. Returns the number of rows. */
function synthesise(path: string, bytes: number): number {
  const file = openSync(path, 'w');
  let written = writeSync(file, 'id,day,store,item,price,volume,a,b,c,d,kind,target\n');
  let row = 0;
  while (written < bytes) {
    let text = '';
    for (const until = row + 10_000; row < until; row++) {
      const day = new Date(Date.UTC(2020, 0, 1) + Math.floor(row / 5000) * 86_400_000).toISOString().slice(0, 10);
      const u = (column: number): number => unit(7, row, column);
      text += `${row},${day},store-${Math.floor(u(0) * 50)},item-${Math.floor(u(1) * 900)},${(u(2) * 100).toFixed(2)},`;
      text += `${(u(3) * 10_000).toFixed(1)},${u(4)},${u(5).toFixed(6)},${u(6).toFixed(6)},${u(7).toFixed(6)},`;
      text += `${u(8) < 0.5 ? 'organic' : 'conventional'},${(u(9) * 3).toFixed(2)}\n`;
    }
    written += writeSync(file, text);
  }
  closeSync(file);
  return row;
}

function ours(kind: string, source: string, rows: number, dir: string): Measured {
  const out = join(dir, 'out');
  const answer = execFileSync(process.execPath, [import.meta.filename, 'child', kind, source, String(rows), out]);
  rmSync(out, { recursive: true, force: true });
  return JSON.parse(answer.toString()) as Measured;
}

async function child(kind: string, source: string, rows: number, out: string): Promise<void> {
  const teacher = join(out, 'teacher');
  mkdirSync(teacher, { recursive: true });
  const owners = Array.from({ length: students }, (_, seed) => ({ owner: `student-${seed}`, seed }));
  const begun = performance.now();
  await cutSource({
    source,
    options: {},
    spec: specOf(kind, rows),
    owners: kind === 'students' ? owners : [],
    place: (release, owner = 'course') => join(out, owner, `${release}.csv`),
    work: join(out, 'work'),
    teacher,
  });
  const seconds = (performance.now() - begun) / 1000;
  print(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

function specOf(kind: string, rows: number): SliceSpec {
  const released = kind === 'holdout' ? rows - Math.round(rows * 0.2) : rows;
  const parts = kind === 'students' ? 1 : releases;
  const border = (part: number): number => Math.round((part * released) / parts);
  const list = Array.from({ length: parts }, (_, part): SliceRelease => ({
    name: `release-${part + 1}`,
    rows: [border(part), border(part + 1)],
  }));
  const orders = { ordered: { kind: 'column', column: 'price' }, shuffled: { kind: 'shuffle', seed: 7 } } as const;
  const order = kind === 'ordered' || kind === 'shuffled' ? orders[kind] : ({ kind: 'file' } as const);
  return {
    challenge: 'bench',
    dataset: { source: 'source.csv', target: 'kind', order, holdOut: kind === 'holdout' ? 0.2 : 0 },
    releases: list,
    drift: kind === 'drift' ? [{ kind: 'covariate', column: 'price', from: 'release-3', scale: 1.4, seed: 3 }] : [],
    per: kind === 'students' ? 'student' : 'course',
    sample: kind === 'students' ? 1 / students : 1,
  };
}

const script = `
import resource, sys, time
import pandas as pd
kind, source, out, first, last = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
begun = time.perf_counter()
frame = pd.read_csv(source)
if kind == "releases":
    frame[first:last].to_csv(f"{out}-{first}.csv", index=False)
else:
    for student in range(last):
        frame.sample(frac=1 / last, random_state=student).to_csv(f"{out}-{student}.csv", index=False)
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
`;

/** A Python with pandas: the machine's own, or one in a folder of its own. Undefined, with a sentence, where there is none. */
function preparePandas(dir: string): string | undefined {
  const has = (python: string): boolean => spawnSync(python, ['-c', 'import pandas']).status === 0;
  if (has('python3')) return 'python3';
  const own = join(dir, 'venv');
  const made = spawnSync('python3', ['-m', 'venv', own]).status === 0;
  const python = join(own, 'bin/python');
  if (made && spawnSync(python, ['-m', 'pip', 'install', '-q', 'pandas']).status === 0 && has(python)) return python;
  print('| pandas is missing and could not be installed: nothing to compare with | | | |');
  return undefined;
}

function pandas(python: string, kind: string, source: string, rows: number, dir: string): Measured {
  const file = join(dir, 'slice.py');
  writeFileSync(file, script);
  const out = join(dir, 'pandas');
  const parts = kind === 'releases' ? releases : 1;
  const total: Measured = { seconds: 0, megabytes: 0 };
  for (let part = 0; part < parts; part++) {
    const range = kind === 'releases' ? [part, part + 1].map((at) => Math.round((at * rows) / parts)) : [0, students];
    const answer = execFileSync(python, [file, kind, source, out, ...range.map(String)]).toString();
    const [seconds = 0, megabytes = 0] = answer.trim().split(' ').map(Number);
    total.seconds += seconds;
    total.megabytes = Math.max(total.megabytes, megabytes);
  }
  execFileSync('sh', ['-c', 'rm -f "$1"-*.csv', 'sh', out]);
  return total;
}

const [role, ...rest] = process.argv.slice(2);
if (role === 'child') await child(rest[0]!, rest[1]!, Number(rest[2]), rest[3]!);
else {
  const size = process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? '195';
  await main(process.argv.includes('--full') ? 1000 : Number(size), process.argv.includes('--duckdb'));
}
