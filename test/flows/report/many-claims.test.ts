// A student can make as many check runs as they like: each is weighed once, GitHub is asked little, and only they wait.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAside } from '../../../src/aside/open-aside.ts';
import { writeReportBlock } from '../../../src/domain/report/report.ts';
import { collectReport } from '../../../src/flows/report/collect-report.ts';
import { countingCosts } from '../../../src/ports/costs.ts';
import type { ForeignCheckRun } from '../../../src/ports/records.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openStore } from '../../../src/postgres/store.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { fillCourse, midTerm, organisation, people } from '../../web/fill-course.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await fillCourse(store);
});
afterAll(() => database.drop());

const hour = 3_600_000;
const sha = 'a'.repeat(40);
const text = (repository: string, run: number): string =>
  writeReportBlock({
    version: 1,
    repository: `${organisation}/${repository}`,
    repository_id: '5',
    sha,
    head_sha: sha,
    event: 'push',
    workflow: 'x/y/.github/workflows/z.yml@refs/heads/main',
    job: 'report',
    run_id: run,
    run_attempt: 1,
    mode: 'report',
    conclusion: 'success',
    pipeline: null,
    tasks: [],
    tasks_omitted: 0,
    model: null,
    outputs: {},
    data: {
      manifest: null,
      releases: [],
    },
    metrics: {},
    endpoint: null,
  });

/** Ids of check runs are GitHub's, and never the same. */
const first = (repository: string): number => 1 + 10_000 * people.findIndex(({ login }) => repository.endsWith(login));

/** GitHub with so many check runs on each commit, that counts what it is asked. */
function world(count: number, runOf: (n: number) => number, now: Date) {
  const asked: string[] = [];
  const checks = (repository: string) =>
    Array.from({ length: count }, (_, n): ForeignCheckRun => ({
      id: first(repository) + n,
      name: 'practicum/pipeline',
      app: 'github-actions',
      headSha: sha,
      status: 'completed',
      url: '',
      conclusion: 'success',
      text: text(repository, runOf(n)),
    }));
  const runs = {
    reports: async (repository: string) => (asked.push('reports'), checks(repository)),
    workflowRun: async (_: string, id: number) => void asked.push(`run ${id}`),
    blobs: async () => (asked.push('blobs'), new Map()),
  };
  const github = { login: organisation, runs };
  const ports = { store, clock: { now: () => now }, github: () => github } as unknown as FlowPorts;
  return { asked, ports };
}

const collect = (ports: FlowPorts, login: string) =>
  collectReport(ports, { organisation, repository: `weather-${login}`, commit: sha });
const seen = async (login: string) =>
  (await store.evidence(organisation, 'weather', login, ['run'])).filter((evidence) =>
    /^run\/\d+\/weather$/.test(evidence.id),
  );

test('sixty check runs that name one run cost one question, and none when it is looked again', async () => {
  const { login } = people[0]!;
  const { asked, ports } = world(60, () => 11, midTerm);
  await collect(ports, login);
  expect(asked).toEqual(['reports', 'run 11']);
  expect(await seen(login)).toHaveLength(60);
  asked.length = 0;
  await collect(ports, login);
  expect(asked).toEqual(['reports']);
});

test('whoever makes hundreds of them waits for the next hour, and nobody else does', async () => {
  const [, noisy, quiet] = people.map(({ login }) => login) as [string, string, string];
  const { asked, ports } = world(500, (n) => 1000 + n, midTerm);
  for (let n = 0; n < 5; n++) await collect(ports, noisy);
  expect(asked.filter((value) => value.startsWith('run'))).toHaveLength(60);
  const { rows } = await database.pool.query<{ due_at: Date }>(
    "select due_at from job where name = 'collect-report' and key like $1",
    [`%${noisy}%`],
  );
  expect(rows.map(({ due_at }) => due_at)).toEqual([new Date(Math.ceil((midTerm.getTime() + 1) / hour) * hour)]);
  await collect(world(1, () => 7, midTerm).ports, quiet);
  expect(await seen(quiet)).toHaveLength(1);
  const later = world(500, (n) => 1000 + n, new Date(midTerm.getTime() + hour));
  await collect(later.ports, noisy);
  expect(later.asked.filter((value) => value.startsWith('run'))).toHaveLength(60);
  expect(await seen(noisy)).toHaveLength(120);
});

test('what they say is read in a thread, and its time counts for whoever wrote it', async () => {
  const { ports } = world(0, () => 1, new Date(midTerm.getTime() + 30 * hour));
  const github = ports.github({} as never);
  const checks = Array.from({ length: 5 }, (_, n): ForeignCheckRun => ({
    id: 90_000 + n,
    name: 'practicum/pipeline',
    app: 'github-actions',
    headSha: sha,
    status: 'completed',
    url: '',
    text: `\`\`\`json practicum-report\n{${Array.from({ length: 6000 }, (__, at) => `"k${at}":1`).join(',')}}\n\`\`\``,
  }));
  const runs = { ...github.runs, reports: async () => checks };
  const aside = openAside();
  const asked = { ...ports, aside, github: () => ({ ...github, runs }) } as unknown as FlowPorts;
  let reading = 0;
  await countingCosts(
    () => collect(asked, people[2]!.login),
    async (costs) => (reading = costs.reading),
  );
  await aside.close();
  expect(reading).toBeGreaterThan(0);
  const refused = (await seen(people[2]!.login)).filter(({ id }) => id.startsWith('run/9000'));
  expect(refused).toHaveLength(5);
});
