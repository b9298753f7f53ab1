// The second table of `bench/slice.ts`: slicing against DuckDB doing the same in the same run, for each form of a file.
// Every measurement is a process of its own; the two are taken in turns, and the better of each is shown.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { cutSource } from '../src/dataset/slice/cut-source.ts';

type Form = 'csv' | 'jsonl' | 'parquet';
type Measured = { wall: number; cpu: number; megabytes: number };
type Task = { form: Form; source: string; rows: number; order?: string; owners?: number };

const releases = 10;
const rounds = 3;
const main = join(import.meta.dirname, '../src/practicum.js');
/** Prints at the end of a process what it took, from the start of Node on. */
const tell = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const figures = { wall: performance.now() / 1000, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
  console.log(JSON.stringify(figures));
})`;
const telling = `data:text/javascript,${encodeURIComponent(tell)}`;

/** `source` is the CSV of the first table; its JSON lines and Parquet are made of it by DuckDB. */
export async function againstEngine(source: string, rows: number, dir: string): Promise<void> {
  const files: Record<Form, string> = {
    csv: source,
    jsonl: join(dir, 'source.jsonl'),
    parquet: join(dir, 'source.parquet'),
  };
  await convert(source, files);
  const size = (form: Form): string => `${(statSync(files[form]).size / 1e6).toFixed(0)} MB`;
  console.log(
    `\nThe same rows as CSV (${size('csv')}), JSON lines (${size('jsonl')}) and Parquet (${size('parquet')}), into ${releases} releases.`,
  );
  console.log(
    'Processor time is of all threads. The command reads the course and looks at the whole file before it cuts.\n',
  );
  console.log(
    '| what | wall s | processor s | peak MB | DuckDB: wall s | processor s | peak MB | wall, ratio | memory, ratio |',
  );
  console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
  for (const form of ['csv', 'jsonl', 'parquet'] as const) {
    for (const order of [undefined, 'price']) {
      const task: Task = { form, source: files[form], rows, ...(order === undefined ? {} : { order }) };
      const name = `${form}${order === undefined ? '' : `, order: ${order}`}`;
      compare(task, name, dir);
    }
  }
  const owners = 1000;
  for (const form of ['csv', 'jsonl', 'parquet'] as const) {
    for (const order of [undefined, 'price']) {
      const task: Task = { form, source: files[form], rows, owners, ...(order === undefined ? {} : { order }) };
      const name = `${form}${order === undefined ? '' : `, order: ${order}`}, stratified samples for ${owners} owners`;
      console.log(`| ${name} | ${figures(best([measure('cut', task, dir)]))} | | | | | |`);
    }
  }
}

function compare(task: Task, name: string, dir: string): void {
  const seen: Record<'cut' | 'command' | 'duckdb', Measured[]> = { cut: [], command: [], duckdb: [] };
  for (let round = 0; round < rounds; round++) {
    for (const who of ['cut', 'command', 'duckdb'] as const) seen[who].push(measure(who, task, dir));
  }
  const other = best(seen.duckdb);
  for (const [who, label] of [
    ['cut', `${name}: cut`],
    ['command', `${name}: practicum slice`],
  ] as const) {
    const own = best(seen[who]);
    const ratios = [own.wall / other.wall, own.megabytes / other.megabytes].map((ratio) => ratio.toFixed(2));
    console.log(`| ${label} | ${figures(own)} | ${figures(other)} | ${ratios.join(' | ')} |`);
  }
}

function figures({ wall, cpu, megabytes }: Measured): string {
  return `${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${megabytes.toFixed(0)}`;
}

function best(all: readonly Measured[]): Measured {
  const least = (key: keyof Measured): number => Math.min(...all.map((measured) => measured[key]));
  return { wall: least('wall'), cpu: least('cpu'), megabytes: least('megabytes') };
}

function measure(who: 'cut' | 'command' | 'duckdb', task: Task, dir: string): Measured {
  const out = join(dir, 'engine-out');
  mkdirSync(out, { recursive: true });
  if (who === 'command') makeCourse(task, out);
  const challenge = join(out, 'course/challenges/c');
  const ours = ['--import', telling, main, 'slice', challenge, '--out', out];
  const other = [import.meta.filename, who, out, JSON.stringify(task)];
  const answer = execFileSync(process.execPath, who === 'command' ? ours : other).toString();
  const files = readdirSync(join(out, 'data'), { recursive: true }).length;
  if (files < releases && task.owners === undefined) throw new Error(`${who} wrote ${files} files`);
  rmSync(out, { recursive: true, force: true });
  return JSON.parse(answer.slice(answer.lastIndexOf('{'))) as Measured;
}

/** Loaded where it is used: a cut of text does without it. */
async function openEngine(settings: Record<string, string> = {}): Promise<DuckDBInstance> {
  const engine = await import('@duckdb/node-api');
  return engine.DuckDBInstance.create(':memory:', settings);
}

async function convert(source: string, files: Record<Form, string>): Promise<void> {
  const instance = await openEngine();
  const connection = await instance.connect();
  const rows = `select * from read_csv('${source}')`;
  await connection.run(`copy (${rows}) to '${files.jsonl}' (format json)`);
  await connection.run(`copy (${rows}) to '${files.parquet}' (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** Reads everything into a table, in order, and writes ten parts of it: as one would with DuckDB alone. */
async function byDuckDb(out: string, { form, source, rows, order }: Task): Promise<void> {
  const instance = await openEngine({ threads: '2' });
  const connection = await instance.connect();
  const reader = { csv: 'read_csv', jsonl: 'read_json', parquet: 'read_parquet' }[form];
  const format = { csv: 'format csv, header true', jsonl: 'format json', parquet: 'format parquet' }[form];
  mkdirSync(join(out, 'data'), { recursive: true });
  await connection.run(
    `create table rows as select * from ${reader}('${source}')${order === undefined ? '' : ` order by ${order}`}`,
  );
  for (let part = 0; part < releases; part++) {
    const where = `rowid >= ${Math.round((part * rows) / releases)} and rowid < ${Math.round(((part + 1) * rows) / releases)}`;
    await connection.run(
      `copy (select * from rows where ${where}) to '${join(out, 'data', String(part))}' (${format})`,
    );
  }
}

async function byCut(out: string, { form, source, rows, order, owners = 0 }: Task): Promise<void> {
  const parts = owners > 0 ? 1 : releases;
  const border = (part: number): number => Math.round((part * rows) / parts);
  await cutSource({
    source,
    options: {},
    spec: {
      challenge: 'bench',
      dataset: {
        source,
        target: 'kind',
        order: order === undefined ? { kind: 'file' } : { kind: 'column', column: order },
        holdOut: 0,
      },
      releases: Array.from({ length: parts }, (_, part) => ({
        name: `release-${part}`,
        rows: [border(part), border(part + 1)],
      })),
      drift: [],
      per: owners > 0 ? 'student' : 'course',
      sample: owners > 0 ? 1 / owners : 1,
    },
    owners: Array.from({ length: owners }, (_, seed) => ({ owner: `student-${seed}`, seed })),
    place: (release, owner = '') => join(out, 'data', owner, `${release}.${form}`),
    work: join(out, 'work'),
  });
}

function makeCourse({ form, source, order }: Task, out: string): void {
  mkdirSync(join(out, 'course/challenges/c'), { recursive: true });
  const name = `data.${form}`;
  // A link would lead out of the course.
  execFileSync('ln', ['-f', source, join(out, 'course', name)]);
  writeFileSync(
    join(out, 'course/course.yml'),
    'version: 1\ntitle: Bench\ntimezone: UTC\nrepositories: { name: "{challenge}-{owner}" }\n',
  );
  writeFileSync(join(out, 'course/roster.csv'), 'login,id,name,group\nada-l,1,Ada,\n');
  writeFileSync(
    join(out, 'course/challenges/c/challenge.yml'),
    `version: 1
name: c
starts: 2027-01-11T09:00
ends: 2027-06-05T23:59
dataset: { source: ${name}, target: kind${order === undefined ? '' : `, order: ${order}`} }
releases: { every: 7d, proportions: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], path: "data/{release}.${form}", carrier: commit }
score: { data: 10 }
`,
  );
}

/** Without the start of Node and loading: what the engine, or the cut, took. */
async function child(who: string, out: string, task: Task): Promise<void> {
  if (who === 'duckdb') await import('@duckdb/node-api');
  const begun = performance.now();
  await (who === 'duckdb' ? byDuckDb(out, task) : byCut(out, task));
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const wall = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ wall, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));
}

const [who, out, task] = process.argv.slice(2);
if (import.meta.main && who !== undefined) await child(who, out!, JSON.parse(task!) as Task);
