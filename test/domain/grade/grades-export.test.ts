import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGradebook } from '../../../src/domain/grade/gradebook-file.ts';
import { buildGradebook } from '../../../src/domain/grade/gradebook.ts';
import { csvCell, exportGrades } from '../../../src/domain/grade/grades-export.ts';
import { csvRecords } from '../../../src/domain/text/read-csv.ts';
import { verifyLedger } from '../../../src/domain/ledger/verify.ts';
import { writeLedger } from '../ledger/build-ledger.ts';
import { compareGradebooks } from '../../../src/domain/grade/what-if.ts';
import { after, data, DAY, HOUR, policy, run, shipment } from '../score/inputs.ts';

const ada = { login: 'ada', id: 's001', name: 'Løvelace, "Ada"' };
const input = {
  policies: [policy, { ...policy, challenge: 'avocado' }],
  owners: [
    { slug: 'ada', kind: 'student' as const, name: ada.name, members: [ada] },
    {
      slug: 'team',
      kind: 'group' as const,
      name: '=cmd|calc',
      members: [{ login: 'bob' }, { login: 'eve', name: '@SUM(A1)' }],
    },
  ],
  shipments: ['ada', 'team'].map((owner) => ({ ...shipment(1, { owner }), challenge: 'weather' })),
  evidence: [data(1, 'merged', HOUR), run([1], HOUR), { ...data(1, 'merged', 2 * HOUR), owner: 'team' }],
  now: after(2 * DAY),
};
const book = buildGradebook(input);
const read = (text: string): string[][] =>
  [...csvRecords(text)].map((csvRecord) => ('cells' in csvRecord ? csvRecord.cells : []));

describe('export', () => {
  test('CSV has a line for each owner and challenge, and a reason for each criterion', () => {
    const [head, ...rows] = read(exportGrades(book, 'csv'));
    expect(head!.slice(0, 5)).toEqual(['owner', 'name', 'members', 'challenge', 'total']);
    expect(rows).toHaveLength(4);
    const first = Object.fromEntries(head!.map((title, i) => [title, rows[0]![i]!]));
    expect(first).toMatchObject({ owner: 'ada', name: ada.name, challenge: 'weather', total: '55', 'data of': '20' });
    expect(first['pipeline reason']).toMatch(/succeeded with it/);
  });
  test('Canvas: a line of points possible, and each member of a group', () => {
    const rows = read(exportGrades(book, 'canvas'));
    expect(rows.slice(0, 3)).toEqual([
      ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'weather', 'avocado'],
      ['Points Possible', '', '', '', '', '110', '110'],
      [ada.name, '', 's001', 'ada', '', '55', '0'],
    ]);
    expect(rows.slice(3).map((row) => [row[3], row[5]])).toEqual([
      ['bob', '20'],
      ['eve', '20'],
    ]);
  });
  test('Moodle: by login and id, with feedback', () => {
    const [head, first] = read(exportGrades(book, 'moodle'));
    expect(head).toEqual([
      'username',
      'idnumber',
      'fullname',
      'weather',
      'weather (feedback)',
      'avocado',
      'avocado (feedback)',
    ]);
    expect(first!.slice(0, 4)).toEqual(['ada', 's001', ada.name, '55']);
    expect(first![4]).toMatch(/^data 20 of 20; requests 0 of 15; pipeline 20 of 20/);
  });
  test.each(['=1+1', '+1', '-1', '@SUM', '\t=1', ' =1', '\u200b=1', '＝1', '|x', '%0a'])('%j is no formula', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/);
  });
  // oxfmt-ignore
  test.each<[string | number | undefined, string]>([
    [undefined, ''], [-1.5, '-1.5'], ['', ''], ['a b', 'a b'], [' a', '" a"'], ['a\t', '"a\t"'], ['a,b', '"a,b"'],
    ['a;b', '"a;b"'], ['a\nb', '"a\nb"'], ['say "a"', '"say ""a"""'], ['2-1=1', '2-1=1'], ['=1', "'=1"], ['\u200b=1', "'\u200b=1"],
  ])('%j is written as %j', (value, cell) => expect(csvCell(value)).toBe(cell));
  test('any text comes back as it went in, apart from the mark that disarms it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = csvCell(text);
        const [record] = read(`x,${cell}\r\n`);
        expect([text, `'${text}`]).toContain(record![1]);
        expect(record![1]).not.toMatch(/^[=+@-]/);
      }),
    );
  });
});

test('whole, for people and for both importers: who passes where it is known, criteria where any row has them', () => {
  const scored = { points: 3, of: 4, worth: 5, reason: 'so, "it" is', reasons: [] };
  const row = {
    owner: 'ada',
    name: 'Ada',
    members: [ada],
    challenge: 'weather',
    total: 3,
    of: 4,
    worth: 5,
    overrides: [],
  };
  const rows = [
    { ...row, criteria: { data: scored }, passes: true },
    {
      ...row,
      owner: 'team',
      name: 'Team',
      members: [{ login: 'bob' }, { login: 'eve' }],
      criteria: { pipeline: scored },
      passes: false,
      computed: 2,
    },
    { ...row, owner: 'joe', name: 'Joe', members: [{ login: 'joe' }], criteria: {}, challenge: 'prices' },
  ];
  const whole = {
    at: after(0),
    challenges: [
      { name: 'weather', worth: 5 },
      { name: 'prices', worth: 5 },
    ],
    rows,
  };
  for (const format of ['csv', 'canvas', 'moodle'] as const)
    expect(exportGrades(whole, format)).toMatchSnapshot(format);
  const plain = { ...row, criteria: { data: scored } };
  expect(exportGrades({ ...whole, rows: [plain] }, 'csv')).toMatchSnapshot('without a pass line');
});

test('the ledger of a course verifies, and can be continued', () => {
  const extensions = [{ owner: 'ada', by: DAY, reason: 'ill', grantedBy: 'grace' }];
  const overrides = [
    { id: '1', owner: 'ada', challenge: 'weather', points: 9, reason: 'seen', by: 'grace', at: after(DAY) },
  ];
  const full = { ...input, extensions, overrides };
  const entries = [...writeLedger(full)];
  const more = [...writeLedger({ ...full, now: after(9 * DAY), evidence: [] }, entries.at(-1))];
  expect(verifyLedger(entries)).toMatchObject({ ok: true, calculations: 4 });
  expect(verifyLedger(JSON.parse(JSON.stringify(entries)) as never)).toMatchObject({ ok: true, calculations: 4 });
  // What was observed before is still known: scores without it do not follow.
  expect(verifyLedger([...entries, ...more])).toMatchObject({ ok: false, first: { code: 'score' } });
  const moved = { ...full, now: after(9 * DAY) };
  const known = [...writeLedger(moved, entries.at(-1))];
  expect(verifyLedger([...entries, ...known])).toMatchObject({ ok: true, calculations: 8 });
});

describe('reading back', () => {
  test('an exported gradebook gives the same tables', () => {
    const again = readGradebook(JSON.stringify(book));
    if ('problem' in again) throw new Error(again.problem);
    for (const format of ['csv', 'canvas', 'moodle'] as const)
      expect(exportGrades(again, format)).toBe(exportGrades(book, format));
  });
  test('the output of a demo is a gradebook too', () => {
    const demo = {
      course: 'x',
      gradebook: [{ owner: 'ada', total: 5, criteria: { data: { points: 5, reason: 'fine' } } }],
    };
    expect(readGradebook(JSON.stringify(demo))).toMatchObject({
      rows: [{ owner: 'ada', members: [{ login: 'ada' }] }],
    });
  });
  test.each(['', '{}', '[]x', '{"rows":[{}]}', '{"rows":[{"owner":"a","total":"5","criteria":{}}]}'])(
    '%s is told',
    (text) => {
      expect(readGradebook(text)).toMatchObject({ problem: expect.any(String) });
    },
  );
});

describe('what if', () => {
  const moved = input.policies.map((scorePolicy) => ({
    ...scorePolicy,
    criteria: { ...scorePolicy.criteria, data: { points: 60, trust: 'measured' as const } },
  }));
  const whatIf = (then: typeof input.policies) =>
    compareGradebooks(buildGradebook(input), buildGradebook({ ...input, policies: then }), 0.5);
  test('says who changes and who crosses the pass line, counting members of groups', () => {
    const answer = whatIf(moved);
    expect(answer.text).toBe('3 students change, 2 cross the pass line.');
    expect(answer.changes.map(({ owner, before, after: then }) => [owner, before.passes, then.passes])).toEqual([
      ['ada', true, true],
      ['team', false, true],
    ]);
  });
  test('the same policy changes nobody, and nothing is applied', () => {
    const before = structuredClone(input);
    expect(whatIf(input.policies).text).toBe('No student changes.');
    expect(input).toEqual(before);
    expect(compareGradebooks(book, book, 0.5).changes).toEqual([]);
  });
});
