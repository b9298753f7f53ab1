// What synthetic students do about requests: read the questions, work the answers out from the data they have, push.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCells } from '../dataset/slice/read-cells.ts';
import { predictionOf } from '../domain/challenge/metric.ts';
import { computeFeature, typeRows } from '../domain/request/request.ts';
import type { DatasetColumn } from '../domain/dataset/facts.ts';
import { type StudentRequest } from '../domain/request/student-request.ts';
import { parseFormula } from '../domain/text/formula.ts';
import type { Sandbox } from '@practicum/sandbox';
import { predictBy } from './own-model.ts';
import { withCopy, type Person } from './push-files.ts';
import type { StudentServices } from './student-service.ts';
import type { StudentTask } from './student-task.ts';

export type Answering = {
  /** One cell is wrong, predictions are of nothing that there is, and the last is missing. */
  careless?: boolean;
  /** Serves its model and predicts with it. */
  services?: StudentServices;
};
type Row = Readonly<Record<string, unknown>>;
type Place = { folder: string; task: StudentTask; service: string | undefined };

/** Answers every request that has no answer yet, in one commit; what was answered before is left alone. */
export async function answerRequests(
  sandbox: Sandbox,
  organisation: string,
  { person, repository, task }: { person: Person; repository: string; task: StudentTask },
  { careless = false, services }: Answering,
): Promise<void> {
  const fullName = `${organisation}/${repository}`;
  await withCopy(sandbox, fullName, person, async (folder, push) => {
    const service = task.serves ? await services?.deploy(fullName, folder) : undefined;
    const registered =
      service !== undefined && (await writeNew(join(folder, 'practicum.yml'), `endpoint: ${service}\n`));
    const answered = await answerAll({ folder, task, service }, careless);
    if (!registered && answered === 0) return;
    await push('Answer what was asked [skip ci]');
  });
}

/** How many were answered. */
async function answerAll(place: Place, careless: boolean): Promise<number> {
  const { folder } = place;
  let answered = 0;
  for (const name of await listFiles(join(folder, 'requests'))) {
    const path = join(folder, 'answers', name);
    if (await readFile(path, 'utf8').catch(() => undefined)) continue;
    const request = JSON.parse(await readFile(join(folder, 'requests', name), 'utf8')) as StudentRequest;
    const rows = await answer(place, request);
    if (!rows) continue;
    await mkdir(join(folder, 'answers'), { recursive: true });
    const given = careless ? spoil(rows, request) : rows;
    await writeFile(path, `${JSON.stringify({ rows: given }, undefined, 2)}\n`);
    answered += 1;
  }
  return answered;
}

/** True where the file did not have this text. */
async function writeNew(path: string, text: string): Promise<boolean> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return false;
  await writeFile(path, text);
  return true;
}

async function answer(place: Place, request: StudentRequest): Promise<Row[] | undefined> {
  const { kind, items = [], instances = [], target = '' } = request;
  if (kind === 'batch_prediction') {
    const predicted = await predict(place, request);
    return predicted && instances.map((instance, index) => ({ row: instance['row'], [target]: predicted[index] }));
  }
  const rows = await rowsOf(place, request);
  if (!rows) return undefined;
  if (kind === 'data_validation')
    return rows.map(({ row: _key, ...cells }, index) => ({ row: items[index], ...cells }));
  const formula = parseFormula(request.formula ?? '');
  if ('problem' in formula) return undefined;
  return computeFeature(formula, rows).map((value, index) => ({ row: items[index], [formula.feature]: value }));
}

/** The rows that were asked about, each cell as the answer's schema says. */
async function rowsOf({ folder, task }: Place, request: StudentRequest): Promise<Row[] | undefined> {
  const { file = '', items = [] } = request;
  const encoding = task.encoding === 'latin1' ? 'latin1' : 'utf8';
  const cells = await readCells(join(folder, file), () => items, encoding).catch(() => undefined);
  return cells && typeRows(cells, { words: task, columns: columnsOf(request, task) });
}

type AnswerSchema = { properties?: { rows?: { items?: { properties?: Record<string, { type?: string[] }> } } } };

function columnsOf({ kind, answer: { schema } }: StudentRequest, task: StudentTask): DatasetColumn[] {
  const said = (schema as AnswerSchema).properties?.rows?.items?.properties ?? {};
  if (kind !== 'data_validation') {
    const isNumber = (name: string): boolean => /number|integer/.test(task.columns[name]?.type ?? '');
    return Object.keys(task.columns).flatMap((name) => (isNumber(name) ? [{ name, kind: 'number' as const }] : []));
  }
  return Object.entries(said).map(([name, { type = [] }]) => {
    const kinds = (['number', 'boolean'] as const).filter((kind) => type.includes(kind));
    return { name, kind: kinds[0] ?? 'text' };
  });
}

/** By the service; by a model of one's own where there is none. */
async function predict({ folder, task, service }: Place, request: StudentRequest): Promise<unknown[] | undefined> {
  const rows = (request.instances ?? []).map(({ row: _row, ...cells }) => cells);
  const shares = request.metric !== undefined && predictionOf(request.metric) === 'probability';
  if (service !== undefined && shares === (task.shares ?? false)) {
    const response = await fetch(`${service}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ request_id: 'answer', instances: rows }),
    });
    if (response.ok) return ((await response.json()) as { predictions: unknown[] }).predictions;
  }
  return predictBy(
    { ...task, ...(request.target === undefined ? {} : { target: request.target }) },
    folder,
    rows,
    shares,
  );
}

/** Wrong whatever the data: a cell that was not received, predictions of nothing that there is, a row too few. */
function spoil(rows: readonly Row[], { kind, target = '' }: StudentRequest): Row[] {
  if (kind === 'batch_prediction') {
    const wrong = (value: unknown): unknown => (typeof value === 'number' ? value * 1000 + 1e6 : 'misread');
    return rows.slice(0, -1).map((row) => ({ ...row, [target]: wrong(row[target]) }));
  }
  const [first, ...rest] = rows;
  const column = Object.keys(first ?? {}).find((name) => name !== 'row');
  return first && column ? [{ ...first, [column]: 'misread' }, ...rest] : [];
}

async function listFiles(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => /\.(json|csv)$/.test(name)).toSorted();
}
