// An answer is judged while its request is closed, and the other way round: one of them is first, and nothing is lost.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnswerEvidence } from '../../../src/domain/evidence/evidence.ts';
import { closeRequest } from '../../../src/flows/request/close-request.ts';
import { judgeAnswer } from '../../../src/flows/request/judge-answer.ts';
import type { CheckRunDraft } from '../../../src/ports/github.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { StoredRequest } from '../../../src/ports/practice.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation } from '../../web/fill-course.ts';
import { atEveryCall, competitor } from '../competing-store.ts';

const repository = 'weather-ada-l';
const hour = 3_600_000;
const due = midTerm;
let database: TestDatabase;
let store: Store;
let other: ReturnType<typeof competitor>;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  other = competitor(database.url);
  await fillCourse(store);
});
afterAll(async () => {
  await other.pool.end();
  await database.drop();
});

/** A repository that holds these answers, by path, and remembers what it was shown. */
function ports(on: Store, now: Date, files: Record<string, string> = {}) {
  const shown: CheckRunDraft[] = [];
  const blobOf = (path: string): string => createHash('sha1').update(files[path]!).digest('hex');
  const studentFiles = {
    find: async (_repository: string, _commit: string, paths: readonly string[]) =>
      paths.filter((path) => path in files).map((path) => ({ path, blob: blobOf(path), bytes: files[path]!.length })),
    readBlob: async (_repository: string, blob: string) =>
      Buffer.from(Object.entries(files).find(([path]) => blobOf(path) === blob)![1]),
  };
  const checkRuns = { publish: async (_repository: string, draft: CheckRunDraft) => void shown.push(draft) };
  const studentRepositories = { locate: async () => repository };
  const deadlines = { branchMoves: async () => ({ head: 'e'.repeat(40), moves: [] }) };
  const github = () => ({ studentFiles, checkRuns, studentRepositories, deadlines });
  const all = { store: on, clock: { now: () => now }, github };
  return { ports: all as unknown as FlowPorts, shown };
}

let count = 0;
async function ask(): Promise<StoredRequest> {
  const id = `asked${count++}`;
  const request = { id, challenge: 'weather', release: 'release-1', kind: 'data_validation', attempts: 2, due };
  const stored = {
    request: { ...request, answer: { path: `answers/${id}.json` } },
    expectation: { kind: 'data_validation', expected: [{ row: 0, x: 1 }], due },
    owner: 'ada-l',
    repository,
    rule: 0,
    turn: count,
    state: 'open',
    commit: 'c0ffee',
    answers: [],
  } as unknown as StoredRequest;
  expect(await store.addRequest(organisation, stored)).toBe(true);
  expect(await store.addRequest(organisation, { ...stored, answers: [{} as never] })).toBe(false);
  return (await store.request(organisation, id))!;
}

const answers = async (id: string): Promise<AnswerEvidence[]> =>
  (await store.evidence(organisation, 'weather', 'ada-l')).filter(
    (evidence): evidence is AnswerEvidence => evidence.kind === 'answer' && evidence.request === id,
  );
const rightAnswer = '{"rows":[{"row":0,"x":1}]}';
const wrongAnswer = '{"rows":[{"row":0,"x":2}]}';

const judging = (on: Store, id: string, text: string, commit: string) =>
  judgeAnswer(ports(on, due, { [`answers/${id}.json`]: text }).ports, {
    organisation,
    repository,
    commit,
    at: new Date(due.getTime() - hour),
    brought: [],
  });
/** With what GitHub had received by the deadline. Until nothing is left to look at again, as the worker would. */
async function closing(on: Store, id: string, answer?: string): Promise<void> {
  const files = answer === undefined ? {} : { [`answers/${id}.json`]: answer };
  const { ports: all } = ports(on, new Date(due.getTime() + hour), files);
  while (await closeRequest(all, { organisation, id }));
}

test('closed while an answer is judged: it is closed, and the answer counts', async () => {
  let asked: StoredRequest;
  const calls = await atEveryCall(
    store,
    async () => closing(other.store, asked.request.id, rightAnswer),
    async (watched, n) => {
      asked = await ask();
      const { id } = asked.request;
      await judging(watched, id, rightAnswer, 'a'.repeat(40));
      await closing(store, id, rightAnswer);
      const stored = (await store.request(organisation, id))!;
      expect([n, stored.state, stored.answers.map(({ verdict }) => verdict)]).toEqual([n, 'closed', ['correct']]);
      expect((await answers(id)).filter(({ verdict }) => verdict === 'correct')).toHaveLength(1);
    },
  );
  expect(calls).toBeGreaterThan(3);
});

test('an answer is judged while its request is closed: nobody is told that there was none, and it stays closed', async () => {
  let asked: StoredRequest;
  const calls = await atEveryCall(
    store,
    async () => judging(other.store, asked.request.id, rightAnswer, 'b'.repeat(40)),
    async (watched, n) => {
      asked = await ask();
      const { id } = asked.request;
      await closing(watched, id, n % 2 === 0 ? rightAnswer : undefined);
      const stored = (await store.request(organisation, id))!;
      const silent = (await answers(id)).some(({ attempt }) => attempt === 0);
      expect([n, stored.state, silent]).toEqual([n, 'closed', stored.answers.length === 0]);
    },
  );
  expect(calls).toBeGreaterThan(3);
});

test('two answers judged at once are two attempts', async () => {
  let asked: StoredRequest;
  await atEveryCall(
    store,
    async () => judging(other.store, asked.request.id, wrongAnswer, 'c'.repeat(40)),
    async (watched, n) => {
      asked = await ask();
      const { id } = asked.request;
      await judging(watched, id, rightAnswer, 'd'.repeat(40));
      await judging(store, id, wrongAnswer, 'c'.repeat(40));
      const stored = (await store.request(organisation, id))!;
      expect([n, stored.answers.length]).toEqual([n, 2]);
      const counted = stored.answers.filter((answer) => answer.counted).map(({ attempt }) => attempt);
      expect([n, counted]).toEqual([n, [...new Set(counted)]]);
    },
  );
});
