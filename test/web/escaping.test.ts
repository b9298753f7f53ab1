// Whatever people write ends up as text: in names, errors, reasons and addresses, on every page that shows it.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence/evidence.ts';
import { outward } from '../../src/web/pages/layout/links.ts';
import { organisation, parkShipment, type Person } from './fill-course.ts';
import { openPages, type Pages } from './open-pages.ts';
import { all, attribute, elements, readPage, text, type Element } from './read-page.ts';

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '\u202eevil\u202c \u2067rtl\u2069',
  '</title></svg></style><script>alert(2)</script>',
  '&lt;b&gt; &amp; {{7*7}} ${7*7}',
  '=HYPERLINK("http://evil.example","x")',
];
const people: Person[] = hostile.map((name, index) => ({ login: `student-${index}`, name, manner: 'prompt' }));

let pages: Pages;
beforeAll(async () => {
  pages = await openPages(people);
});
afterAll(() => pages.drop());

const folded = (given: string): string => given.replace(/\s+/g, ' ').trim();

/** Nothing on the page runs, loads or leads anywhere that we did not mean. */
function expectHarmless(page: Element): void {
  for (const element of elements(page)) {
    expect(['script', 'iframe', 'object', 'embed', 'img', 'base', 'style']).not.toContain(element.tagName);
    for (const { name, value } of element.attrs) {
      expect(name).not.toMatch(/^(on\w+|style|srcdoc)$/);
      if (name === 'href') expect(value).toMatch(/^(https?:\/\/|\/(?!\/)|\?|#|data:,$)/);
      if (name === 'action') expect(value).toMatch(/^\//);
    }
  }
}

const pagesOf = (slug: string): string[] => [
  `/${organisation}`,
  `/${organisation}?q=${encodeURIComponent(hostile[1]!)}&group=${encodeURIComponent(hostile[0]!)}`,
  `/${organisation}/gradebook?q=${encodeURIComponent(hostile[2]!)}`,
  `/${organisation}/shipments?q=${encodeURIComponent(hostile[1]!)}&x=${encodeURIComponent(hostile[0]!)}`,
  `/${organisation}/students/${slug}?kind=${encodeURIComponent(hostile[0]!)}`,
];

test('hostile names are shown as they are written, isolated from the direction of the text around', async () => {
  const page = readPage(await (await pages.staff('/')).text());
  const names = all(page, 'bdi').map(text);
  for (const name of hostile) expect(names).toContain(folded(name));
  expectHarmless(page);
});

test('no page is broken by hostile names or addresses', async () => {
  for (const path of people.flatMap(({ login }) => pagesOf(login))) {
    const response = await pages.staff(path);
    expect(response.status, path).toBe(200);
    expectHarmless(readPage(await response.text()));
  }
});

test('the page of a challenge shows names and words as text, and runs our own file alone', async () => {
  const absent = await openPages(people.map((person) => ({ ...person, manner: 'absent' })));
  const { store } = absent;
  const [shipment] = await store.shipments(organisation, { challenge: 'weather' });
  const { owner, repository } = shipment!.shipment;
  const written = { owner, repository, writtenAt: new Date('2027-01-24T09:00:00Z'), writtenBy: hostile[1]! };
  await store.addReminder(organisation, { id: 'x', challenge: 'weather', body: hostile[0]!, ...written });
  const page = readPage(await (await absent.staff(`/${organisation}/challenges/weather`)).text());
  const names = all(page, 'bdi').map(text);
  for (const name of hostile) expect(names).toContain(folded(name));
  expect(text(all(page, 'main')[0]!)).toContain(folded(hostile[0]!));
  const scripts = all(page, 'script');
  expect(scripts.map((script) => [attribute(script, 'src')?.replace(/\?v=\w+$/, ''), text(script)])).toEqual([
    ['/monitor-live.js', ''],
  ]);
  for (const script of scripts) script.parentNode!.childNodes.splice(script.parentNode!.childNodes.indexOf(script), 1);
  expectHarmless(page);
  await absent.drop();
});

test('a gradebook with a formula for a name is safe to open in a spreadsheet', async () => {
  const csv = await (await pages.staff(`/${organisation}/gradebook.csv`)).text();
  expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")"`);
});

test('errors from elsewhere are text', async () => {
  const planned = (await pages.store.shipments(organisation)).find(({ state }) => state === 'planned')!;
  await parkShipment(pages.store, planned.shipment, hostile[4]!);
  const page = readPage(await (await pages.staff(`/${organisation}/shipments/${planned.shipment.id}`)).text());
  expectHarmless(page);
  expect(text(all(page, 'main')[0]!)).toContain(folded(hostile[4]!));
});

test('only addresses of the web become links', () => {
  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//x',
    'x',
    '',
  ])
    expect(String(outward(address, 'text')), address).toBe('text');
  expect(String(outward('https://github.com/a?b="c', 'text'))).toBe(
    '<a href="https://github.com/a?b=&quot;c" rel="noreferrer">text</a>',
  );
});

test('whatever text a piece of evidence brings, the page shows that text and nothing else happens', async () => {
  const anything = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom(...hostile));
  let number = 0;
  await fc.assert(
    fc.asyncProperty(anything, anything, anything, async (reason, address, missing) => {
      // PostgreSQL's jsonb holds every character but this one.
      fc.pre(![reason, address, missing].some((value) => value.includes('\0') || !value.isWellFormed()));
      number += 1;
      const common = {
        challenge: 'weather',
        owner: 'student-0',
        repository: `${organisation}/${reason}`,
        trust: 'claimed' as const,
      };
      const at = new Date(Date.parse('2027-01-24T00:00:00Z') + number * 1000);
      const written: Evidence[] = [
        {
          ...common,
          kind: 'run',
          id: `${reason}/${number}`,
          at,
          commit: missing,
          conclusion: 'failure',
          releases: [],
          checkRunUrl: address,
          rejected: { code: 'x', reason },
        },
        {
          ...common,
          kind: 'milestone',
          id: `m/${number}`,
          at,
          milestone: address,
          done: 1,
          total: 2,
          missing: [missing],
        },
        {
          ...common,
          kind: 'probe',
          id: `p/${number}`,
          at,
          ok: false,
          code: reason,
          cause: 'student',
          modelVersion: missing,
        },
      ];
      for (const evidence of written) await pages.store.addEvidence(organisation, evidence);
      const page = readPage(await (await pages.staff(`/${organisation}/students/student-0`)).text());
      expectHarmless(page);
      const table = all(page, 'table').at(-1);
      const said = text(table!);
      expect(said).toContain(folded(reason));
      const ids = elements(page).flatMap((element) => attribute(element, 'id') ?? []);
      expect(ids.length).toBeGreaterThan(0);
    }),
    { numRuns: 40 },
  );
});
