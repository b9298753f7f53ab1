// The dashboard as people use it: on a desk and a phone, in light and dark, by mouse and by keyboard.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crowd, organisation } from '../web/fill-course.ts';
import { fillPlacement } from '../web/fill-placement.ts';
import { openPages, token, type Pages } from '../web/open-pages.ts';
import { openBrowser, serve, type Served } from './open-browser.ts';

let browser: Browser;
let pages: Pages;
let served: Served;
let shots: string;
let shipment: string;
beforeAll(async () => {
  browser = await openBrowser();
  // A long name and a hostile one are where layouts break.
  pages = await openPages([
    ...crowd(60),
    { login: 'a-very-long-login-that-somebody-chose', name: 'Wolfeschlegelsteinhausenbergerdorff-Oberst'.repeat(2) },
    { login: 'hostile', name: '<script>document.title="broken"</script>"><img src=x onerror=alert(1)>' },
  ]);
  await fillPlacement(pages.store);
  shipment = (await pages.store.shipments(organisation))[0]!.shipment.id;
  served = await serve(pages.fetch);
  shots = await mkdtemp(join(tmpdir(), 'practicum-screenshots-'));
  process.stderr.write(`screenshots: ${shots}\n`);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  await pages?.drop();
});

const sizes = {
  desk: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
};
const addresses = (): Record<string, string> => ({
  course: '/',
  student: `/${organisation}/students/student-1`,
  gradebook: `/${organisation}/gradebook`,
  enrol: `/${organisation}/enrol`,
  shipments: `/${organisation}/shipments`,
  placement: `/${organisation}/placement?period=hour`,
  shipment: `/${organisation}/shipments/${shipment}`,
  missing: '/there/is/nothing',
});

/** A page as the staff, with everything the browser complained about. */
async function enter(
  options: Parameters<Browser['newContext']>[0],
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext(options);
  // The cookie is for https only; here the browser is given it as it would have it there.
  await context.addCookies([{ name: 'practicum', value: pages.access.session, url: served.url }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  return { page, context, complaints };
}

test.for(
  Object.keys(sizes).flatMap((size) =>
    ['light', 'dark'].map((scheme) => [size, scheme] as [keyof typeof sizes, 'light' | 'dark']),
  ),
)('on a %s in %s nothing is wrong and nothing overflows', async ([size, scheme]) => {
  const { page, context, complaints } = await enter({ viewport: sizes[size], colorScheme: scheme });
  for (const [name, address] of Object.entries(addresses())) {
    const response = await page.goto(served.url + address);
    expect(response!.status(), name).toBe(name === 'missing' ? 404 : 200);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect(scrollWidth, `${name} overflows`).toBeLessThanOrEqual(clientWidth);
    expect(await page.getByRole('heading', { level: 1 }).count(), name).toBe(1);
    expect(await page.title(), name).not.toBe('broken');
    await page.screenshot({ path: join(shots, `${name}-${size}-${scheme}.png`), fullPage: true });
  }
  // The browser itself reports the page that is not there.
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  await context.close();
});

test.for(['narrow', 'phone', 'desk'] as const)(
  'on a %s an opened cell of the gradebook lies beside everything else, without a script',
  async (size) => {
    const { page, context } = await enter({ viewport: sizes[size], javaScriptEnabled: false });
    await page.goto(`${served.url}/${organisation}/gradebook`);
    const row = page.getByRole('row').nth(1);
    for (const summary of await row.locator('summary').all()) await summary.click();
    expect(await row.locator('small').count()).toBeGreaterThan(3);
    const rooms = await page.evaluate(coveredTexts);
    expect(rooms).toEqual([]);
    await context.close();
  },
);

test('on the narrowest phone nothing on the pages of a class has to be scrolled sideways', async () => {
  const { page, context } = await enter({ viewport: sizes.narrow, javaScriptEnabled: false });
  for (const name of ['course', 'student', 'gradebook']) {
    await page.goto(served.url + addresses()[name]);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.evaluate(wideBoxes), name).toEqual([]);
  }
  await context.close();
});

test('text stands out from its ground as AA asks, in light and dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, context } = await enter({ viewport: sizes.desk, colorScheme });
    for (const address of Object.values(addresses())) {
      await page.goto(served.url + address);
      expect(await page.evaluate(faintTexts), `${address} ${colorScheme}`).toEqual([]);
    }
    await context.close();
  }
});

test('a teacher finds a student by links and forms alone', async () => {
  const { page, context } = await enter({ viewport: sizes.desk, javaScriptEnabled: false });
  await page.goto(served.url);
  const table = page.getByRole('table').last();
  expect(await table.getByRole('row').count()).toBe(63);
  await table.getByRole('columnheader', { name: 'points so far' }).getByRole('link').click();
  expect(await page.getByRole('columnheader', { name: 'points so far' }).getAttribute('aria-sort')).toBe('ascending');
  await page.getByRole('searchbox').fill('student-17');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(await page.getByRole('table').last().getByRole('row').count()).toBe(2);
  await page.getByRole('table').last().getByRole('rowheader').getByRole('link').click();
  expect(page.url()).toContain('/students/student-17');
  expect(await page.getByRole('heading', { name: 'Evidence' }).isVisible()).toBe(true);
  await page.getByRole('link', { name: 'Gradebook' }).click();
  expect(await page.getByRole('heading', { level: 1, name: 'Gradebook' }).isVisible()).toBe(true);
  const cell = page.getByRole('group').first();
  await cell.locator('summary').click();
  expect(await cell.locator('small').isVisible()).toBe(true);
  await context.close();
});

test('by keyboard the first stop leads past the menu, and every stop can be seen', async () => {
  const { page, context } = await enter({ viewport: sizes.desk });
  await page.goto(served.url);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('To the content');
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const active = document.activeElement!;
      const box = active.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && getComputedStyle(active).outlineStyle !== 'none';
    });
    expect(seen, `stop ${stop}`).toBe(true);
  }
  await context.close();
});

test('the door lets in whoever has the token, and nobody else', async () => {
  const open = await serve(pages.fetch);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(open.url);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Enter' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('not the dashboard’s token');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Enter' }).click();
  // Browsers take localhost for safe, so that the https-only cookie works here.
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Weather');
  await context.close();
  await open.close();
});

/** Texts of opened cells of which something else is on top, or that stick out of the window. Runs in the browser. */
function coveredTexts(): string[] {
  return [...document.querySelectorAll('details[open] small')].flatMap((small) => {
    small.scrollIntoView({ block: 'center', inline: 'nearest' });
    const { left, right, top, bottom } = small.getBoundingClientRect();
    const seen = [left + 2, right - 2].every((x) => {
      const there = document.elementFromPoint(x, (top + bottom) / 2);
      return there !== null && small.closest('td')!.contains(there);
    });
    return seen ? [] : [small.textContent!.slice(0, 40)];
  });
}

/** Boxes with more in them than they are wide. Runs in the browser. */
function wideBoxes(): string[] {
  return [...document.querySelectorAll('*')]
    .filter((one) => getComputedStyle(one).overflowX !== 'visible' && one.clientWidth > 1)
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map((one) => `${one.tagName} ${one.className} ${one.clientWidth} < ${one.scrollWidth}`);
}

/** Texts whose contrast with the nearest painted ground is below 4.5 to 1 (3 to 1 for large ones). Runs in the browser. */
function faintTexts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const rgba = (color: string): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color: number[]): number => {
    const [r, g, b] = color.map((value) =>
      value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const ground = (element: Element | null): number[] => {
    // A word on a bar of a plot.
    if (element?.matches('svg .on')) return rgba(getComputedStyle(element.previousElementSibling!).fill);
    for (let one = element; one; one = one.parentElement) {
      const color = rgba(getComputedStyle(one).backgroundColor);
      if (color[3] === 255) return color;
    }
    return rgba(getComputedStyle(document.documentElement).colorScheme === 'dark' ? 'black' : 'white');
  };
  const faint = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement!;
    if (!node.textContent!.trim() || element.closest('.sr, .skip, option, title, desc')) continue;
    const style = getComputedStyle(element);
    const color = rgba(element.closest('svg') ? style.fill : style.color);
    const [a, b] = [luminance(color), luminance(ground(element))].toSorted((x, y) => y - x);
    const ratio = (a! + 0.05) / (b! + 0.05);
    if (ratio < (Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5))
      faint.add(`${element.tagName} ${element.className} ${node.textContent!.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return [...faint];
}
