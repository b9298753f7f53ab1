// Every page, over a real database filled through the store: what it says, and to whom.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showParked } from '../../src/flows/pages/show-parked.ts';
import { readGradebook } from '../../src/domain/grade/gradebook-file.ts';
import { jobQueue } from '../../src/postgres/job-queue.ts';
import { room, roomForBulk } from '../postgres/room.ts';
import { exportGrades } from '../../src/domain/grade/grades-export.ts';
import { inForce } from '../../src/flows/course/in-force.ts';
import { readGradebook as readAll } from '../../src/flows/grade/read-gradebook.ts';
import { midTerm, organisation, parkShipment } from './fill-course.ts';
import { openPages, webUrl, type Pages } from './open-pages.ts';
import { all, attribute, elements, readPage, tableRows, text, type Element } from './read-page.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
afterAll(() => pages.drop());

const read = async (path: string): Promise<Element> => {
  const response = await pages.staff(path);
  expect(response.status, path).toBe(200);
  return readPage(await response.text());
};
const main = (page: Element): string => text(all(page, 'main')[0]!);
const links = (page: Element): string[] => all(page, 'a').flatMap((link) => attribute(link, 'href') ?? []);

test('the front page is the one course: every student, how far each release got, and the points', async () => {
  const page = await read('/');
  expect(main(page)).toContain('Weather & <b>machines</b>');
  const rows = tableRows(page, 'student');
  expect(rows.map(([name]) => name)).toEqual([
    'Ada Lovelace ada-l',
    'Carl Friedrich Gauss carl-g',
    'Emmy Noether emmy-n',
    'Florence Nightingale florence-n',
    'George Box george-b',
  ]);
  expect(rows[0]!.slice(1, 5)).toEqual(['run passed after 4.2 h', 'run passed after 7.7 h', 'planned', '2 of 2']);
  expect(rows[2]!.slice(1, 4)).toEqual(['shipped', 'shipped', 'planned']);
  expect(rows[3]!.slice(1, 3)).toEqual(['run passed after 3.4 h', 'run failed']);
  expect(rows[4]!.slice(1, 3)).toEqual(['shipped', 'shipped']);
  expect(rows[0]![5]).toMatch(/^55 of 55$/);
});

test('who falls behind is named with the reason and since when, worst first', async () => {
  const page = await read('/');
  const panel = all(page, 'section', (one) => attribute(one, 'aria-label') === 'Who falls behind')[0]!;
  expect(all(panel, 'li').map(text)).toEqual([
    'Emmy Noether : nothing merged since 11 Jan, 09:01 · 2 of 2 open, 14 d',
    'George Box : nothing merged since 11 Jan, 09:01 · 2 of 2 open, 14 d',
    'Florence Nightingale : runs fail since 18 Jan, 09:01 · 1 of 2 open, 7 d',
  ]);
});

test('the course in force is shown with its commit, and plots say in words what they draw', async () => {
  const page = await read(`/${organisation}`);
  expect(main(page)).toContain('In force: MLOps-Course/course at c0ffee0 , read 10 Jan, 13:00');
  expect(links(page)).toContain(`${webUrl}/${organisation}/course/commit/c0ffee0123456789c0ffee0123456789c0ffee01`);
  const descriptions = all(page, 'desc').map(text);
  expect(descriptions[0]).toContain('release-1: 3 of 5 green, median 4.2 h. release-2: 2 of 5 green');
  expect(descriptions[1]).toContain('release-2: of 5, 3 merged and 2 green.');
  for (const svg of all(page, 'svg', (one) => attribute(one, 'role') === 'img')) {
    const ids = attribute(svg, 'aria-labelledby')!.split(' ');
    expect(ids.map((id) => elements(svg).some((element) => attribute(element, 'id') === id))).toEqual([true, true]);
  }
});

test('the address sorts, filters and finds without a script; nonsense in it shows everybody', async () => {
  const names = async (query: string): Promise<string[]> =>
    tableRows(await read(`/${query}`), 'student').map(([name]) => name!.split(' ')[0]!);
  expect(await names('?sort=score')).toEqual(['Emmy', 'George', 'Florence', 'Carl', 'Ada']);
  expect(await names('?sort=score&dir=desc')).toEqual(['Ada', 'Carl', 'Florence', 'Emmy', 'George']);
  expect(await names('?show=risk&sort=risk')).toEqual(['Emmy', 'George', 'Florence']);
  expect(await names('?show=done')).toEqual(['Ada', 'Carl']);
  expect(await names('?q=LOVE')).toEqual(['Ada']);
  expect(await names('?sort=__proto__&dir=%00&show=constructor&page=-7')).toHaveLength(5);
  expect(await names('?page=1e9')).toHaveLength(5);
  const nobody = await read('/?q=nobody-at-all');
  expect(main(nobody)).toContain('Nobody matches.');
  expect(
    attribute(all(await read('/?sort=score'), 'th', (one) => text(one).startsWith('points'))[0]!, 'aria-sort'),
  ).toBe('ascending');
});

test('a student’s page gives every piece of evidence with its reason, newest first, and how far it is believed', async () => {
  const page = await read(`/${organisation}/students/george-b`);
  const rows = tableRows(page, 'when');
  expect(rows.map(([, what, trust]) => [what!.split(' at ')[0], trust])).toEqual([
    ['run success', 'claimed'],
    ['release-2 shipped', 'measured'],
    ['run success', 'claimed'],
    ['release-1 shipped', 'measured'],
  ]);
  expect(rows[0]![3]).toBe('Not counted: it was not made by the course’s workflow');
  expect(main(page)).toContain('claimed reported by the student’s own CI');
  const criteria = tableRows(page, 'criterion');
  expect(criteria.map(([name]) => name)).toEqual(['data', 'pipeline', 'freshness']);
  expect(criteria[1]![2]).toContain('Not counted');
  expect(main(page)).toContain('What to do next');
});

test('evidence links to commits, check runs and pull requests on the git host, and reasons to their evidence', async () => {
  const page = await read(`/${organisation}/students/ada-l`);
  const outside = links(page).filter((link) => link.startsWith('http'));
  const repository = `${webUrl}/${organisation}/weather-ada-l`;
  expect(outside.some((link) => link.startsWith(`${repository}/commit/`))).toBe(true);
  expect(outside).toContain(`${repository}/pull/3`);
  expect(outside).toContain(`${repository}/runs/1`);
  const anchors = links(page).filter((link) => link.startsWith('#e-'));
  expect(anchors.length).toBeGreaterThan(0);
  const ids = new Set(elements(page).map((element) => attribute(element, 'id')));
  for (const anchor of anchors) expect(ids).toContain(anchor.slice(1));
});

test('evidence can be narrowed to one kind', async () => {
  const page = await read(`/${organisation}/students/ada-l?kind=run`);
  expect(tableRows(page, 'when').every(([, what]) => what!.startsWith('run '))).toBe(true);
});

test('the gradebook shows the points of each criterion with the reason, and goes out in four forms', async () => {
  const page = await read(`/${organisation}/gradebook?sort=score&dir=desc`);
  const [first] = tableRows(page, 'student');
  expect(first!.slice(0, 3)).toEqual(['Ada Lovelace ada-l', 'weather', '55 of 55']);
  expect(first![4]).toContain('20 of 20 release-1: the run at');
  const json = await pages.staff(`/${organisation}/gradebook.json`);
  expect(json.headers.get('content-type')).toContain('application/json');
  const sent = await json.text();
  const wanted = { ...(await inForce(pages.store, organisation))!, organisation, now: midTerm };
  expect(sent).toBe(JSON.stringify(await readAll(pages.store, wanted)));
  const book = readGradebook(sent);
  if ('problem' in book) throw new Error(book.problem);
  expect(book.rows.map(({ owner, total }) => [owner, total])[0]).toEqual(['ada-l', 55]);
  const csv = await pages.staff(`/${organisation}/gradebook.csv`);
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="gradebook-mlops-course.csv"');
  for (const format of ['csv', 'canvas', 'moodle'] as const) {
    const whole = await (await pages.staff(`/${organisation}/gradebook.csv?format=${format}`)).arrayBuffer();
    expect(Buffer.from(whole).toString()).toBe(exportGrades(await readAll(pages.store, wanted), format));
  }
  expect((await pages.staff(`/${organisation}/gradebook.csv?format=xlsx`)).status).toBe(400);
});

test('shipments show state, attempts, due and receipt; one shipment is the JSON that dispatch takes', async () => {
  const page = await read(`/${organisation}/shipments`);
  const rows = tableRows(page, 'released');
  expect(rows).toHaveLength(15);
  expect(rows[0]).toEqual([
    '11 Jan, 09:00',
    'release-1 weather',
    'ada-l',
    'pull request',
    'dispatched',
    '1',
    '11 Jan, 09:01 pull request #3',
    '',
  ]);
  expect(tableRows(await read(`/${organisation}/shipments?state=planned`), 'released')).toHaveLength(5);
  const stored = (await pages.store.shipments(organisation))[0]!.shipment;
  const one = await read(`/${organisation}/shipments/${stored.id}`);
  expect(JSON.parse(text(all(one, 'pre')[0]!))).toEqual(stored);
  expect(await (await pages.staff(`/${organisation}/shipments/${stored.id}.json`)).json()).toEqual(stored);
  expect((await pages.staff(`/${organisation}/shipments/none`)).status).toBe(404);
});

test('a job that was given up is shown with its last words, and one press lets it be tried again', async () => {
  const planned = (await pages.store.shipments(organisation)).find(({ state }) => state === 'planned')!;
  await parkShipment(pages.store, planned.shipment, 'repository-missing: weather-ada-l is gone');
  const queue = jobQueue(pages.pool);
  const [job] = (await queue.claim(new Date('2028-01-01'), roomForBulk(1))).jobs;
  await queue.park(job!.key, 'repository-missing: weather-ada-l is gone');
  const panel = async (): Promise<string> =>
    text(all(await read('/'), 'section', (one) => attribute(one, 'aria-label') === 'Needs attention')[0]!);
  expect(await panel()).toContain('repository-missing: weather-ada-l is gone');
  const failed = async (): Promise<string> =>
    tableRows(await read(`/${organisation}/shipments?state=failed`), 'released')[0]!.join('|');
  expect(main(await read(`/${organisation}/shipments?state=failed`))).toContain('Failed permanently: retry or cancel');
  expect(await failed()).toMatch(/repository-missing.*failed permanently$/);
  const form = { method: 'POST', body: new URLSearchParams({ key: job!.key }) };
  const foreign = { ...form, headers: { origin: 'https://elsewhere.example' } };
  expect((await pages.staff(`/${organisation}/retry`, foreign)).status).toBe(403);
  expect(
    (await pages.stranger(`/${organisation}/retry`, { ...form, headers: { origin: 'https://practicum.example' } }))
      .status,
  ).toBe(403);
  expect(await panel()).toContain('repository-missing');
  const own = { ...form, headers: { origin: 'https://practicum.example' } };
  expect((await pages.staff(`/${organisation}/retry`, own)).status).toBe(303);
  expect(await panel()).toContain('Nothing needs attention');
  expect(await failed()).toMatch(/repository-missing.*next try \d+ \w+, \d\d:\d\d$/);
  expect(main(await read(`/${organisation}/shipments/${planned.shipment.id}`))).toMatch(/next try \d/);
  expect((await queue.claim(new Date('2028-01-01'), roomForBulk(1))).jobs[0]!.key).toBe(job!.key);
});

test('every page has one main heading, a language, and heads that say what they head', async () => {
  const id = (await pages.store.shipments(organisation))[0]!.shipment.id;
  for (const path of ['', '/students/ada-l', '/gradebook', '/shipments', `/shipments/${id}`]) {
    const page = await read(`/${organisation}${path}`);
    expect(attribute(page, 'lang'), path).toBe('en');
    expect(all(page, 'h1'), path).toHaveLength(1);
    expect(all(page, 'main'), path).toHaveLength(1);
    for (const head of all(page, 'th')) expect(attribute(head, 'scope'), path).toMatch(/^(col|row|rowgroup)$/);
    expect(all(page, 'script'), path).toHaveLength(0);
    const ids = elements(page).flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size, path).toBe(ids.length);
    // The policy forbids inline styles and handlers: there must be none to forbid.
    for (const element of elements(page))
      for (const { name } of element.attrs) expect(name, path).not.toMatch(/^(style|on\w+)$/);
  }
});

test('a newest commit that was refused is said on top, with its problems and what holds meanwhile', async () => {
  const problem = {
    line: 3,
    column: 1,
    level: 'error' as const,
    code: 'unknown-key' as const,
    message: 'unknown key `<b>`',
  };
  await pages.store.saveRefused(organisation, {
    repository: 'course',
    commit: 'bad0ffee',
    at: new Date('2027-01-24T12:00:00Z'),
    problems: [
      { ...problem, file: 'challenges/weather/challenge.yml', hint: 'did you mean `name`?' },
      { ...problem, file: 'course.yml', level: 'warning' },
    ],
  });
  const page = await read('/');
  const label = 'The newest commit was refused';
  const panel = all(page, 'section', (one) => attribute(one, 'aria-label') === label)[0]!;
  expect(text(panel)).toContain(
    'bad0ffe , read 24 Jan, 13:00 , has 1 error. c0ffee0 stays in force until this is fixed.',
  );
  expect(all(panel, 'li').map(text)).toEqual([
    'challenges/weather/challenge.yml:3 unknown key `<b>` (did you mean `name`?) unknown-key',
  ]);
  expect(links(page)).toContain(`${webUrl}/${organisation}/course/blob/bad0ffee/challenges/weather/challenge.yml#L3`);
  await pages.store.saveInstallation({ id: 8, login: 'New-Course', organisationId: 80 });
  await pages.store.saveRefused('New-Course', { repository: 'course', commit: 'bad', at: new Date(0), problems: [] });
  expect(main(await read('/New-Course'))).toContain('No course is in force until this is fixed.');
});

test('a webhook that was given up is shown with the course it was for', async () => {
  await pages.store.saveInstallation({ id: 8, login: 'New-Course', organisationId: 80 });
  const queue = jobQueue(pages.pool);
  const arrival = { event: 'push', payload: {}, receivedAt: new Date('2027-01-24T12:00:00Z') };
  for (const [guid, more] of [
    ['by-repository', { repository: `${organisation}/course`.toLowerCase(), installationId: 7 }],
    ['by-installation', { installationId: 7 }],
    ['elsewhere', { installationId: 8 }],
    ['unknown', {}],
  ] as const) {
    await pages.store.addDeliveries([{ guid, ...arrival, ...more }]);
    await queue.enqueue([{ key: `delivery/${guid}`, name: 'delivery', payload: { guid }, dueAt: arrival.receivedAt }]);
  }
  for (const { key } of (await queue.claim(arrival.receivedAt, room(10))).jobs) await queue.park(key, 'broken');
  expect((await showParked(pages.store, organisation)).map(({ key }) => key).toSorted()).toEqual([
    'delivery/by-installation',
    'delivery/by-repository',
    'delivery/unknown',
  ]);
  expect((await showParked(pages.store, 'new-course')).map(({ key }) => key).toSorted()).toEqual([
    'delivery/elsewhere',
    'delivery/unknown',
  ]);
});
