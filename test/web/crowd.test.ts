// A thousand students: pages stay small and quick, and nobody is lost between them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crowd, organisation } from './fill-course.ts';
import { openPages, type Pages } from './open-pages.ts';
import { all, attribute, readPage, tableRows, text } from './read-page.ts';

const size = 1000;
let pages: Pages;
beforeAll(async () => {
  pages = await openPages([
    ...crowd(size - 3),
    ...[1, 2, 3].map((index) => ({ login: `grouped-${index}`, name: `Grouped ${index}`, group: 'team-one' })),
  ]);
});
afterAll(() => pages.drop());

test('the course page of a thousand students is below 200 kB and takes seconds at most on a busy machine', async () => {
  await pages.staff('/');
  const began = performance.now();
  const body = await (await pages.staff('/')).text();
  const took = performance.now() - began;
  expect(body.length).toBeLessThan(200_000);
  expect(took).toBeLessThan(60_000);
  if (process.env['SHOW_FIGURES']) process.stderr.write(`course page: ${body.length} bytes, ${Math.round(took)} ms\n`);
  for (const path of ['gradebook', 'shipments', 'students/student-7', 'gradebook.csv', 'gradebook.json']) {
    const start = performance.now();
    const { length } = await (await pages.staff(`/${organisation}/${path}`)).text();
    if (process.env['SHOW_FIGURES'])
      process.stderr.write(`${path}: ${length} bytes, ${Math.round(performance.now() - start)} ms\n`);
    if (!path.includes('.')) expect(length, path).toBeLessThan(200_000);
  }
});

test('everybody is on exactly one page, also where many are equal in order', async () => {
  const seen: string[] = [];
  for (let page = 1; page <= 10; page += 1)
    seen.push(
      ...tableRows(readPage(await (await pages.staff(`/?sort=risk&page=${page}`)).text()), 'student').map(
        ([name]) => name!,
      ),
    );
  // Three students share one repository.
  expect(seen).toHaveLength(size - 2);
  expect(new Set(seen).size).toBe(size - 2);
});

test('one group, or those without one, can be shown alone', async () => {
  const group = readPage(await (await pages.staff('/?group=team-one')).text());
  expect(tableRows(group, 'student').map(([name]) => name)).toEqual(['team-one grouped-1, grouped-2, grouped-3']);
  const without = readPage(await (await pages.staff('/?group=-')).text());
  expect(text(all(without, 'caption').at(-1)!)).toContain('997 of 998 shown');
});

test('a member of a group is found by name', async () => {
  const page = readPage(await (await pages.staff('/?q=grouped+2')).text());
  expect(tableRows(page, 'student')).toHaveLength(1);
});

test('with many students one bar stands for several, and all of them are counted', async () => {
  const page = readPage(await (await pages.staff('/')).text());
  const [plot] = all(page, 'svg', (one) =>
    all(one, 'title').some((title) => text(title).startsWith('Time from shipment')),
  );
  const bars = all(plot!, 'rect', (one) => attribute(one, 'class') === 'bar-of');
  expect(bars.length).toBeLessThan(400);
  const counted = bars.reduce((sum, bar) => sum + Number.parseInt(text(bar), 10), 0);
  const said = [...text(all(plot!, 'desc')[0]!).matchAll(/(\d+) of \d+ green/g)].reduce(
    (sum, [, green]) => sum + Number(green),
    0,
  );
  expect(counted).toBe(said);
  expect(said).toBeGreaterThan(1000);
});
