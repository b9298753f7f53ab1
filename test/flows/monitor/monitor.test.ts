// The page of a challenge while it runs: what happened against the calendar, who needs help in anything, and words to them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnswerEvidence, ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';
import { courseFiles, due, organisation, startApp, type App } from '../start-app.ts';
import { openBrowser, openPages } from '../people/browser.ts';

let app: App;
let fetchPage: ReturnType<typeof openPages>;
let teacher: ReturnType<typeof openBrowser>;
const day = 86_400_000;

beforeAll(async () => {
  const challenge = `${String(courseFiles({ releases: 2, carrier: 'pull_request' })['challenges/prices/challenge.yml'])}requests:
  - { on: release, kind: data_validation, rows: 2, answer_within: 2d }
endpoint: { every: 12h }
score: { data: 10, requests: 15, endpoint: 15 }
`;
  app = await startApp({
    students: ['ada', 'ben'],
    releases: 2,
    carrier: 'pull_request',
    files: { 'challenges/prices/challenge.yml': challenge },
  });
  fetchPage = openPages(app);
  teacher = openBrowser(fetchPage);
  await teacher.signIn('teacher');
}, 180_000);
afterAll(() => app.stop());

const root = `/${organisation}/challenges`;
const text = async (answer: Response | Promise<Response>): Promise<string> => (await answer).text();
const plain = (page: string): string => page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const remind = (owner: string, words: string, browser = teacher) =>
  browser.ask(`${root}/prices/remind`, { method: 'POST', body: new URLSearchParams({ owner, text: words }) });
const comments = async (repo: string) => {
  const issue = (await app.ports.store.dashboardIssue(organisation, repo))!.number!;
  const { data } = await app.as('teacher').rest.issues.listComments({ owner: organisation, repo, issue_number: issue });
  return data.map(({ body }) => body ?? '');
};

test('what was sent, merged, merged late, asked and probed stands against the calendar', async () => {
  app.release();
  await app.until(
    'both have the first release',
    async () => (await app.shipments()).filter(({ state }) => state === 'dispatched').length === 2,
  );
  await app.until('both were asked', async () => {
    const all = await Promise.all(
      ['ada', 'ben'].map((value) => app.ports.store.requests(organisation, `prices-${value}`)),
    );
    return all.every((own) => own.some(({ state }) => state === 'open'));
  });
  const { data } = await app.as('ada').rest.pulls.list({ owner: organisation, repo: 'prices-ada' });
  await app.as('ada').rest.pulls.merge({ owner: organisation, repo: 'prices-ada', pull_number: data[0]!.number });
  const common = { challenge: 'prices', trust: 'measured' as const, at: new Date(due.getTime() + day) };
  const [shipment] = (await app.shipments()).filter(({ shipment: { owner } }) => owner === 'ada');
  const of = (owner: string) => ({ ...common, owner, repository: `${organisation}/prices-${owner}` });
  await app.ports.store.addEvidence(organisation, {
    ...of('ada'),
    kind: 'data',
    id: `merged/${shipment!.shipment.id}`,
    release: 'release-1',
    shipment: shipment!.shipment.id,
    event: 'merged',
  });
  const [request] = await app.ports.store.requests(organisation, 'prices-ada');
  const answer: AnswerEvidence = {
    ...of('ada'),
    kind: 'answer',
    id: 'answer/ada',
    request: request!.request.id,
    verdict: 'correct',
    matches: 2,
    expected: 2,
    extra: 0,
    attempt: 1,
  };
  await app.ports.store.addEvidence(organisation, answer);
  for (const owner of ['ada', 'ben'])
    for (let hour = 0; hour < 4; hour++) {
      const probe: ProbeEvidence = {
        ...of(owner),
        at: new Date(due.getTime() + 8 * day - hour * 600_000),
        kind: 'probe',
        id: `probe/${owner}/${hour}`,
        ok: owner === 'ada',
        code: 'x',
        cause: 'student',
      };
      await app.ports.store.addEvidence(organisation, probe);
    }
  app.clock.set(new Date(due.getTime() + 8 * day));
  await app.until('the week is worked off', () => app.atRest());
  const page = plain(await text(teacher.ask(`${root}/prices`)));
  expect(page).toMatch(/release-1 11 Jan, 09:00 18 Jan, 09:00 2 1 0 1 0 0/);
  expect(page).toMatch(/data validation release-1 2 asked/);
  expect(page).toContain('0 of 2 are registered');
  // The app's own probes of services that nobody registered are among them.
  expect(page).toMatch(/Of \d+ probes in the last hour 4 were answered well/);
  expect(plain(await text(teacher.ask(root)))).toContain('Prices prices 11 Jan, 09:00 29 Mar');
});

test('a release that has just come is no reason', async () => {
  const needing = (from: Date) => app.ports.store.needing(organisation, 'prices', 0.5, 10, from);
  const behind = async (from: Date) =>
    (await needing(from)).rows.map(({ owner, behind: all }) => [owner, all.toSorted()]);
  expect(await behind(app.clock.now())).toEqual([['ben', ['data', 'endpoint', 'requests']]]);
  expect(await behind(new Date(0))).toEqual([['ben', ['endpoint', 'requests']]]);
});

test('who has too little of anything is named with it, and nobody else', async () => {
  const page = await text(teacher.ask(`${root}/prices`));
  const words = plain(page);
  expect(words).toContain('1 student has less than half');
  expect(words).toMatch(/ben ben, \d+ points behind/);
  expect(words).toMatch(/requests 0\/15/);
  expect(words).toMatch(/endpoint 0\/15/);
  expect(page).not.toMatch(/students\/ada"/);
  expect(page).toMatch(/@ben: in Prices little has come yet for [^<]*requests \(0 of 15 points so far\)/);
});

test('words to a student become one comment, on record, in the name of who sent them', async () => {
  const words = '@ben: shall we talk?\n<b>Friday</b> at ten, see {page}';
  expect((await remind('ben', words)).status).toBe(303);
  const again = await remind('ben', `${words}\n`);
  expect(again.status).toBe(422);
  expect(await text(again)).toContain('written to this student before');
  await app.until('it is said', async () =>
    (await comments('prices-ben')).some((body) => body.includes('shall we talk')),
  );
  await app.until('all is at rest', () => app.atRest());
  const said = (await comments('prices-ben')).filter((body) => body.includes('shall we talk'));
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('Written by teacher on the dashboard');
  expect(said[0]).not.toContain('{page}');
  const page = await text(teacher.ask(`${root}/prices`));
  expect(plain(page)).toMatch(/Sent 19 Jan, 09:00 by teacher: “@ben: shall we talk\?/);
  expect(page).not.toContain('<b>Friday</b>');
  expect(await text(teacher.ask(`/${organisation}/acts`))).toContain('prices/prices-ben');
  // A job that is carried out again says nothing again.
  const { sendReminder } = await import('../../../src/flows/monitor/remind-student.ts');
  const { rows } = await app.database.pool.query<{ id: string }>('select id from reminder');
  await app.database.pool.query('update reminder set sent_at = null');
  await sendReminder(app.ports, { organisation, repository: 'prices-ben', id: rows[0]!.id });
  expect((await comments('prices-ben')).filter((body) => body.includes('shall we talk'))).toHaveLength(1);
});

test('nothing for strangers, students, nobody and nothing', async () => {
  const ada = openBrowser(fetchPage);
  await ada.signIn('ada');
  for (const path of [root, `${root}/prices`, `${root}/prices/events`]) expect((await ada.ask(path)).status).toBe(403);
  expect((await remind('ben', 'hello', ada)).status).toBe(403);
  expect((await remind('nobody', 'hello')).status).toBe(422);
  expect((await remind('ben', '  ')).status).toBe(422);
  expect((await remind('ben', 'x'.repeat(4001))).status).toBe(422);
  expect((await teacher.ask(`${root}/riddles`)).status).toBe(404);
});

test('the page is told that something happened', async () => {
  const answer = await teacher.ask(`${root}/prices/events`);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const source = answer.body!.getReader();
  const decoder = new TextDecoder();
  let heard = '';
  const listening = (async () => {
    while (!heard.includes('event: changed')) heard += decoder.decode((await source.read()).value, { stream: true });
  })();
  // What happens before the first look at the course is no news: so something happens until it is told.
  let number = 0;
  await app.until('it is told', async () => {
    const milestone = {
      kind: 'milestone' as const,
      id: `m/${number++}`,
      milestone: 'quality',
      done: 1,
      total: 2,
      missing: [] as string[],
    };
    const about = {
      challenge: 'prices',
      owner: 'ada',
      repository: `${organisation}/prices-ada`,
      at: due,
      trust: 'measured',
    } as const;
    await app.ports.store.addEvidence(organisation, { ...milestone, ...about });
    return heard.includes('event: changed');
  });
  await listening;
  await source.cancel();
});
