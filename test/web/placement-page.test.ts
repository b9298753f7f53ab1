// The page of placement: the queue, the nodes, the two plots and the files, without a script and whatever names hold.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readResults } from '../../src/domain/placement/results/read-results.ts';
import { organisation } from './fill-course.ts';
import { fillPlacement } from './fill-placement.ts';
import { openPages, webUrl, type Pages } from './open-pages.ts';
import { all, attribute, readPage, tableRows, text, type Element } from './read-page.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await openPages();
});
afterAll(() => pages.drop());

const path = `/${organisation}/placement`;
const read = async (query = ''): Promise<Element> => {
  const response = await pages.staff(path + query);
  expect(response.status).toBe(200);
  return readPage(await response.text());
};
const main = (page: Element): string => text(all(page, 'main')[0]!);

test('before anything was submitted it says so, and how to turn it on; strangers see nothing of it', async () => {
  const page = await read();
  expect(main(page)).toContain('No challenge uses placement');
  expect(main(page)).toContain('Nothing has been submitted yet.');
  for (const file of ['', '/pipelines.json', '/n_pipelines.csv'])
    expect((await pages.stranger(path + file)).status, file).toBe(403);
  expect(await (await pages.staff(`${path}/pipelines.json`)).json()).toEqual([]);
  expect((await pages.staff('/nobody-here/placement')).status).toBe(404);
});

test('who waits and why, what runs where, what became of the rest, drawn and in the published fields', async () => {
  const state = await fillPlacement(pages.store);
  const page = await read();
  expect(tableRows(page, 'position').map((row) => [row[0], row[1], row[3]])).toEqual([
    ['runs', 'weather-emmy-n-1234567', 'custom'],
    ['runs', 'weather-george-b-7654321', 'custom'],
    ['1', 'weather-ada-l-1111111', 'custom'],
  ]);
  expect(tableRows(page, 'position')[2]![4]).toMatch(/^Waiting until \w+ is free\.$/);
  expect(tableRows(page, 'node').map(([name, doing]) => [name, doing])).toEqual([
    ['large', expect.stringMatching(/^(prepare|train) of weather-/)],
    ['small', expect.stringMatching(/^(prepare|train) of weather-/)],
    ['gone', 'offline'],
  ]);
  const ended = tableRows(page, 'pipeline').map((row) => [row[0], row[2]]);
  expect(ended.toSorted()).toEqual([
    ['</title><script>alert(1)</script>', 'failed'],
    ['weather-ada-l-c0ffee0', 'succeeded'],
    ['weather-carl-g-badcafe', 'succeeded'],
  ]);
  expect(all(page, 'script')).toEqual([]);
  expect(main(page)).toContain('nodes.yml says <b>nothing</b>');
  const commit = `${webUrl}/${organisation}/weather-ada-l/commit/c0ffee0${'1'.repeat(33)}`;
  expect(all(page, 'a').map((link) => attribute(link, 'href'))).toContain(commit);

  const [gantt, counts] = all(page, 'svg');
  const bars = all(gantt!, 'g').map((bar) => text(all(bar, 'title')[0]!));
  expect(bars).toHaveLength(state.pipelines.flatMap(({ tasks }) => tasks.filter((task) => task.startedAt)).length);
  expect(bars.filter((bar) => bar.includes('(running, expected until then)')).length).toBe(2);
  expect(bars.filter((bar) => bar.includes('(failed)'))).toHaveLength(1);
  expect(all(counts!, 'path')).toHaveLength(2);

  const json = await (await pages.staff(`${path}/pipelines.json`)).text();
  expect(
    readResults(json, 'pipelines.json')
      .value?.map((entry) => entry.state)
      .toSorted(),
  ).toEqual(['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'RUNNING', 'RUNNING', 'PENDING'].toSorted());
  const csv = await (await pages.staff(`${path}/n_pipelines.csv`)).text();
  const [head, ...lines] = csv.trimEnd().split('\n');
  expect(head).toBe('timestamp,type,running_pipelines,waiting_pipelines');
  expect(lines.at(-1)).toMatch(/^\d+(?:\.\d+)?,(update|new_window),2,1$/);
});

test('a shorter period shows less of the past, and nonsense in the address shows the day', async () => {
  const bars = async (query: string): Promise<number> => all(all(await read(query), 'svg')[0]!, 'g').length;
  expect(await bars('?period=hour')).toBe(await bars('?period=all'));
  expect(await bars('?period=__proto__&page=-3')).toBe(await bars(''));
  const current = all(await read('?period=week'), 'a', (link) => attribute(link, 'aria-current') === 'true');
  expect(current.map(text)).toEqual(['last week']);
});

test('old counts are forgotten, newer ones stay', async () => {
  const { placements } = pages.store;
  const [first, ...rest] = await placements.samples(organisation);
  await placements.forgetSamples(organisation, new Date(first!.at * 1000 + 1));
  expect(await placements.samples(organisation)).toEqual(rest.filter(({ at }) => at > first!.at));
});
