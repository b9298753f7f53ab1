// What synthetic students do about requests: read the questions, work the answers out from the data they have, push.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitCsv } from '../domain/text/split-csv.ts';
import { typeRows } from '../domain/request/request.ts';
import { type StudentRequest } from '../domain/request/student-request.ts';
import type { Sandbox } from '@practicum/sandbox';
import { withClone, type Person } from './push-files.ts';
import type { StudentServices } from './student-service.ts';

export type Answering = {
  /** One cell is wrong, and predictions are the most frequent label. */
  careless?: boolean;
  /** Serves its model and predicts with it. */
  services?: StudentServices;
};
type Row = Readonly<Record<string, unknown>>;

/** Answers every request that has no answer yet, in one commit; what was answered before is left alone. */
export async function answerRequests(
  sandbox: Sandbox,
  organisation: string,
  { person, repository }: { owner: string; person: Person; repository: string },
  { careless = false, services }: Answering,
): Promise<void> {
  const url = `${sandbox.url}/${organisation}/${repository}.git`;
  await withClone(url, person, sandbox.clock.now(), async (folder, git) => {
    const service = await services?.deploy(`${organisation}/${repository}`, folder);
    if (service !== undefined) await writeFile(join(folder, 'practicum.yml'), `endpoint: ${service}\n`);
    await mkdir(join(folder, 'answers'), { recursive: true });
    for (const name of await listFiles(join(folder, 'requests'))) {
      const path = join(folder, 'answers', name);
      if (await readFile(path, 'utf8').catch(() => undefined)) continue;
      const request = JSON.parse(await readFile(join(folder, 'requests', name), 'utf8')) as StudentRequest;
      const rows = await answer(folder, request, service);
      if (!rows) continue;
      await writeFile(path, `${JSON.stringify({ rows: careless ? spoil(rows) : rows }, undefined, 2)}\n`);
    }
    await git.add(['--all']);
    if ((await git.status()).staged.length === 0) return;
    await git.commit('Answer what was asked [skip ci]');
    await git.push('origin', 'main', ['--quiet']);
  });
}

async function answer(
  folder: string,
  { kind, file, items = [], instances = [], target = '' }: StudentRequest,
  service: string | undefined,
): Promise<Row[] | undefined> {
  if (kind === 'data_validation') {
    const table = await readTable(join(folder, file ?? ''));
    return (
      table && typeRows(items.map((item) => table[item] ?? {})).map((row, index) => ({ row: items[index], ...row }))
    );
  }
  // Formulas are not for them.
  if (kind !== 'batch_prediction') return undefined;
  const predicted = (service && (await predict(service, instances))) || (await mostFrequent(folder, target, instances));
  return instances.map((instance, index) => ({ row: instance['row'], [target]: predicted[index] }));
}

async function predict(service: string, instances: readonly Row[]): Promise<unknown[] | undefined> {
  const rows = instances.map(({ row: _row, ...cells }) => cells);
  const response = await fetch(`${service}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ request_id: 'answer', instances: rows }),
  });
  return response.ok ? ((await response.json()) as { predictions: unknown[] }).predictions : undefined;
}

/** The same label for every row: the one that the student has seen most often. */
async function mostFrequent(folder: string, target: string, instances: readonly Row[]): Promise<unknown[]> {
  const counts = new Map<unknown, number>();
  for (const name of await listFiles(join(folder, 'data/incoming'))) {
    for (const row of (await readTable(join(folder, 'data/incoming', name))) ?? [])
      counts.set(row[target], (counts.get(row[target]) ?? 0) + 1);
  }
  const [label] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? ['unknown'];
  return instances.map(() => label);
}

/** One cell of the first row is not as it was received. */
function spoil([first, ...rest]: readonly Row[]): Row[] {
  if (!first) return [];
  const column = Object.keys(first).find((name) => name !== 'row')!;
  return [{ ...first, [column]: 'misread' }, ...rest];
}

async function readTable(path: string): Promise<Record<string, string>[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined || !/\.csv$/i.test(path)) return undefined;
  const [header, ...records] = splitCsv(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')).records;
  return records.map(({ fields }) =>
    Object.fromEntries((header?.fields ?? []).map(({ text: name }, index) => [name, fields[index]?.text ?? ''])),
  );
}

async function listFiles(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => /\.(json|csv)$/.test(name)).toSorted();
}
