// A student's page at the end of a large course: small, without repetition, and with a way to every piece of evidence.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatasetFacts } from '../../src/domain/dataset/facts.ts';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import { planShipments } from '../../src/domain/plan/plan.ts';
import { readCourseFiles } from '../../src/domain/plan/read-course-files.ts';
import { showStudent } from '../../src/flows/pages/show-student.ts';
import { openStore } from '../../src/postgres/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { studentPage } from '../../src/web/pages/student-page.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { all, attribute, elements, readPage, tableRows, text, type Element } from './read-page.ts';

const organisation = 'large';
const hour = 3_600_000;
const now = new Date('2027-03-30T12:00:00Z');
const many = 10;
let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await cloneDatabase();
  store = openStore(database.pool);
  await store.transaction(fill);
});
afterAll(() => database.drop());

const challengeFile = (n: number): string => `version: 1
name: challenge-${n}
title: Challenge ${n} of many
starts: 2027-01-11T09:00
ends: 2027-03-31T23:59
dataset: { source: data.csv, target: y, hold_out: 20% }
releases:
  every: 7d
  proportions: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
  path: "data/incoming/{release}.csv"
  carrier: pull_request
endpoint: { every: 5m }
score: { data: 20, pipeline: 20, freshness: 15, endpoint: 15, quality: 10, hygiene: 5 }
`;

async function fill(inside: Store): Promise<void> {
  const files: Record<string, string> = {
    'course.yml': 'version: 1\ntitle: Large\ntimezone: Europe/Copenhagen\nroster: roster.csv\n',
    'roster.csv': 'login,name\nada,Ada Lovelace\nben,Ben\n',
  };
  const facts: Record<string, DatasetFacts> = {};
  for (let n = 0; n < many; n++) {
    files[`challenges/challenge-${n}/challenge.yml`] = challengeFile(n);
    facts[`challenges/challenge-${n}/data.csv`] = {
      rows: 10_000,
      columns: [{ name: 'x', kind: 'number' }, { name: 'y' }],
    };
  }
  const file = (path: string) => ({ path, bytes: new TextEncoder().encode(files[path]) });
  const read = readCourseFiles(
    {
      course: file('course.yml'),
      roster: file('roster.csv'),
      challenges: Object.keys(files)
        .filter((path) => path.startsWith('challenges/'))
        .map(file),
    },
    facts,
  );
  expect(read.problems.filter(({ level }) => level === 'error')).toEqual([]);
  await inside.saveInstallation({ id: 7, login: organisation, organisationId: 70 });
  await inside.saveCourse(organisation, { repository: 'course', commitSha: 'c0ffee', files, facts }, now);
  for (const challenge of read.challenges) {
    const source = facts[challenge.dataset.source];
    for (const shipment of planShipments(read.course, challenge, read.owners, source, organisation)) {
      const { id, release, owner, repository, due } = shipment;
      if (owner !== 'ada') continue;
      await inside.saveStudentRepository(organisation, {
        name: repository,
        owner,
        members: ['ada'],
        state: 'ready',
        repositoryId: 1,
      });
      const url = `https://github.example/${organisation}/${repository}`;
      const sha = id.padEnd(40, '0');
      const receipt = {
        commit: sha,
        blob: sha,
        bytes: 1,
        sha256: sha,
        rows: 800,
        pullRequest: 3,
        url: `${url}/pull/3`,
      };
      const dispatchedAt = new Date(Date.parse(due) + 60_000);
      await inside.saveShipment(organisation, { shipment, state: 'dispatched', attempts: 1, dispatchedAt, receipt });
      const common = { challenge: challenge.name, owner, repository: `${organisation}/${repository}` };
      const at = (hours: number): Date => new Date(Date.parse(due) + hours * hour);
      const one = async (evidence: Evidence): Promise<void> => void (await inside.addEvidence(organisation, evidence));
      const data = { ...common, kind: 'data', trust: 'measured', release, shipment: id } as const;
      await one({ ...data, id: `shipped/${id}`, at: at(0), event: 'shipped', commit: sha });
      await one({ ...data, id: `merged/${id}`, at: at(2), event: 'merged', commit: sha });
      for (let run = 0; run < 6; run++)
        await one({
          ...common,
          kind: 'run',
          trust: 'attested',
          id: `run/${id}/${run}`,
          at: at(3 + run),
          attempt: 1,
          runId: run,
          commit: `${run}${sha}`.slice(0, 40),
          conclusion: run < 5 ? 'failure' : 'success',
          releases: [release],
          checkRunUrl: `${url}/runs/${run}`,
        });
    }
    if (challenge.name === 'challenge-9')
      for (let probe = 0; probe < 2000; probe++)
        await inside.addEvidence(organisation, {
          kind: 'probe',
          id: `probe/${probe}`,
          challenge: challenge.name,
          owner: 'ada',
          trust: 'measured',
          repository: `${organisation}/challenge-9-ada`,
          at: new Date(+now - probe * 3e5),
          ok: probe % 50 !== 0,
          code: probe % 50 === 0 ? 'timeout' : 'ok',
          cause: 'student',
          latencyMs: 100 + (probe % 77),
          modelVersion: 'v7',
        });
  }
}

async function read(query: Record<string, string> = {}, isStaff = true): Promise<[string, Element]> {
  const view = (await showStudent(store, organisation, 'ada', now))!;
  const body = String(await studentPage(view, 'https://github.example', isStaff, query));
  return [body, readPage(body)];
}

test('ten releases of ten challenges are below 60 kB, for the staff and for the student, whichever is shown', async () => {
  for (const [challenge, isStaff] of [
    ['', true],
    ['', false],
    ['challenge-3', true],
    ['challenge-9', false],
  ] as const)
    expect(Buffer.byteLength((await read({ challenge }, isStaff))[0]), challenge).toBeLessThan(60_000);
});

test('what changed last comes first, and its challenge is the one shown in full; the others are a link away', async () => {
  const [, page] = await read();
  const headings = all(page, 'h2').map(text);
  expect(headings.slice(0, 1)).toEqual(['What changed last']);
  expect(headings.filter((heading) => heading.startsWith('challenge-'))).toEqual([
    expect.stringMatching(/^challenge-9: /),
  ]);
  const [changed] = all(page, 'section', (one) => attribute(one, 'aria-labelledby') === 'changed');
  expect(text(all(changed!, 'li')[0]!)).toBe(
    '30 Mar, 14:00 endpoint and quality in challenge-9: probe failed: timeout ×4',
  );
  const rows = tableRows(page, 'challenge');
  expect(rows).toHaveLength(many);
  expect(rows[0]!.slice(2, 3)).toEqual(['10 of 10']);
  const links = all(page, 'a').map((one) => attribute(one, 'href'));
  for (let n = 0; n < many; n++) expect(links).toContain(`?challenge=challenge-${n}#challenge`);
  const [, other] = await read({ challenge: 'challenge-4' });
  expect(text(all(other, 'main')[0]!)).toContain('challenge-4: ');
});

test('a day of probes is a line or two, five failed runs one, and the pages hold every piece once', async () => {
  const seen: string[][] = [];
  let pages = 1;
  for (let page = 1; page <= pages; page++) {
    const [, shown] = await read({ challenge: 'challenge-9', page: String(page) });
    const rows = tableRows(shown, 'when');
    expect(rows.length).toBeLessThanOrEqual(20);
    seen.push(...rows);
    pages = Number(/Page \d+ of (\d+)/.exec(text(all(shown, 'main')[0]!))?.[1] ?? 1);
  }
  expect(pages).toBeGreaterThan(1);
  const pieces = (what: string): number => Number(/×(\d+)/.exec(what)?.[1] ?? 1);
  const count = (start: string): number =>
    seen.filter(([, what]) => what!.startsWith(start)).reduce((sum, [, what]) => sum + pieces(what!), 0);
  expect([count('probe'), count('run'), count('release-')]).toEqual([2000, 60, 20]);
  expect(seen.filter(([, what]) => what!.startsWith('probe')).length).toBeLessThan(20);
  expect(seen.filter(([, what]) => what!.startsWith('run failure'))).toHaveLength(10);
  const probes = seen.find(([, what]) => what!.startsWith('probe passed'))!;
  expect(probes[3]).toBe('100 to 176 ms; model v7');
});

test('a piece that a reason rests on is found on whatever page it is', async () => {
  const [, page] = await read({ challenge: 'challenge-9' });
  const far = all(page, 'a')
    .flatMap((one) => attribute(one, 'href') ?? [])
    .filter((href) => href.includes('find='));
  expect(far.length).toBeGreaterThan(0);
  for (const href of [far[0]!, far.at(-1)!]) {
    const [query, anchor] = href.split('#');
    const [, there] = await read(Object.fromEntries(new URLSearchParams(query)));
    expect(
      elements(there).map((element) => attribute(element, 'id')),
      href,
    ).toContain(anchor);
  }
});
