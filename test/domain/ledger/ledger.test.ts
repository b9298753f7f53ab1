import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/domain/text/canonical-json.ts';
import { verifyLedger, verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { appendEntry, ledgerLine, sealOf } from '../../../src/domain/ledger/ledger.ts';
import type { LedgerBody, LedgerEntry } from '../../../src/domain/ledger/ledger.ts';
import { score } from '../../../src/domain/score/score.ts';
import { after, data, DAY, HOUR, policy, probe, run, shipment } from '../score/inputs.ts';

const evidence = [data(1, 'merged', 9 * DAY), run([1], HOUR), probe(HOUR, { modelVersion: '1' })];
const extension = { owner: 'ada', item: 'release-1', by: DAY, reason: 'ill \u2028 "quoted"', grantedBy: 'grace' };
const given = { policy, evidence, shipments: [shipment(1)], now: after(10 * DAY), extensions: [extension] };
const bodies: LedgerBody[] = [
  { kind: 'fact', fact: 'policy', policy: { ...policy, endpoint: endpointRule() } },
  { kind: 'fact', fact: 'shipment', challenge: 'weather', shipment: shipment(1, { dispatchedAt: after(0) }) },
  ...evidence.map((one): LedgerBody => ({ kind: 'observation', evidence: one })),
  { kind: 'fact', fact: 'extension', challenge: 'weather', extension },
  {
    kind: 'calculation',
    challenge: 'weather',
    owner: 'ada',
    asOf: given.now,
    score: score({ ...given, policy: { ...policy, endpoint: endpointRule() } }),
  },
  {
    kind: 'override',
    override: {
      id: '1',
      owner: 'ada',
      challenge: 'weather',
      points: 50,
      reason: 'shown',
      by: 'grace',
      at: after(11 * DAY),
    },
  },
];

function endpointRule() {
  const maintenance = [{ from: after(DAY), to: after(DAY + HOUR), reason: 'move' }];
  return { every: 300_000, wait: 800, availability: { pass: 0.7, full: 0.99 }, window: 7 * DAY, maintenance };
}

function write(list: readonly LedgerBody[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const [i, body] of list.entries()) entries.push(appendEntry(entries.at(-1), body, after(i * 1000)));
  return entries;
}

const entries = write(bodies);
const text = `${entries.map(ledgerLine).join('\n')}\n`;
const linesOf = (file: string): string[] => file.replace(/\n$/, '').split('\n');

test('a ledger as it was written is sound, in memory and as text', () => {
  const sound = { ok: true, entries: bodies.length, calculations: 1, reworded: 0, head: entries.at(-1)!.hash };
  expect(verifyLedger(entries)).toEqual(sound);
  expect(verifyLedgerLines(linesOf(text), [entries[2]!.hash, sound.head])).toEqual(sound);
  expect(verifyLedgerLines([])).toMatchObject({ ok: true, entries: 0 });
});

test('any one altered character is found, in the very entry', () => {
  fc.assert(
    fc.property(fc.nat(text.length - 2), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
      fc.pre(text[at] !== character && text[at] !== '\n');
      const altered = text.slice(0, at) + character + text.slice(at + 1);
      const verification = verifyLedgerLines(linesOf(altered));
      expect(verification).toMatchObject({ ok: false, first: { line: text.slice(0, at).split('\n').length } });
    }),
    { numRuns: 500 },
  );
});

describe('what is told of an altered entry', () => {
  const lines = linesOf(text);
  const first = (altered: string[], heads: string[] = []) => {
    const verification = verifyLedgerLines(altered, heads);
    return verification.ok ? undefined : verification.first;
  };
  /** An entry whose keys stand in another order, wherever there are several. */
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, turned(inner)]),
    );
  };
  type Line = { at: string; body: { score: { criteria: unknown }; policy: Record<string, unknown> } };
  const edit = (line: number, change: (value: Line) => unknown): string[] =>
    lines.with(line - 1, JSON.stringify(change(JSON.parse(lines[line - 1]!) as Line)));
  const reseal = (line: number, body: (body: LedgerBody) => object): string[] => {
    const kept = write(bodies.map((given, at) => (at === line - 1 ? (body(given) as LedgerBody) : given)));
    return kept.map(ledgerLine);
  };
  const score = bodies.findIndex(({ kind }) => kind === 'calculation') + 1;
  const style = (seq: number) => ({
    line: seq,
    seq,
    code: 'not-canonical',
    message: `entry ${seq} is not written as the ledger writes it`,
  });
  // oxfmt-ignore
  test.each<[string, string[], object]>([
    ['no JSON', lines.with(1, '{'), { line: 2, code: 'unreadable', message: 'line 2 is not an entry of a ledger' }],
    ['no entry', lines.with(1, '{"seq":2}'), { line: 2, code: 'unreadable', message: 'line 2 is not an entry of a ledger' }],
    ['no body', edit(2, (value) => ({ ...value, body: undefined })), { line: 2, code: 'unreadable', message: 'line 2 is not an entry of a ledger' }],
    ['a moment that is none', edit(2, (value) => ({ ...value, at: '2027-02-30T00:00:00.000Z' })), { line: 2, code: 'unreadable', message: 'line 2 is not an entry of a ledger' }],
    ['a moment that is a number', edit(2, (value) => ({ ...value, at: 7 })), { line: 2, code: 'unreadable', message: 'line 2 is not an entry of a ledger' }],
    ['a moment without milliseconds', edit(2, (value) => ({ ...value, at: '2027-01-11T08:00:00Z' })), { line: 2, code: 'unreadable', message: 'line 2 is not an entry of a ledger' }],
    ['keys in another order', edit(2, (value) => Object.fromEntries(Object.entries(value).toReversed())), style(2)],
    ['keys of the body in another order', edit(2, (value) => ({ ...value, body: Object.fromEntries(Object.entries(value.body).toReversed()) })), style(2)],
    ['keys in a list in another order', edit(1, (value) => ({ ...value, body: { ...value.body, policy: { ...value.body.policy, releases: turned(value.body.policy['releases']) } } })), style(1)],
    ['blanks between', lines.with(1, lines[1]!.replace(',', ', ')), style(2)],
    ['another word', lines.with(2, lines[2]!.replace('"merged"', '"closed"')), { line: 3, seq: 3, code: 'seal', message: 'entry 3 does not match its hash: it was altered' }],
    ['an entry gone', lines.toSpliced(1, 1), { line: 2, seq: 3, code: 'chain', message: 'entry 3 does not follow the one before it: an entry was removed, added or moved' }],
    ['points of its own', reseal(score, (body) => ({ ...body, score: { ...(body as unknown as Line['body']).score, total: 1 } })), { line: score, seq: score, code: 'score', message: expect.stringMatching(/^entry \d+: the score of ada in weather is \d+ of \d+, not 1 of \d+, or is made up of other points$/) }],
    ['a score without criteria', reseal(score, (body) => ({ ...body, score: { ...(body as unknown as Line['body']).score, criteria: null } })), { line: score, seq: score, code: 'score', message: `entry ${score}: its content makes no sense` }],
    ['a score of another challenge', reseal(score, (body) => ({ ...body, challenge: 'prices' })), { line: score, seq: score, code: 'score', message: `entry ${score}: there is no policy for prices` }],
  ])('%s', (_, altered, told) => expect(first(altered)).toStrictEqual(told));
  test('an end that was cut off', () => {
    const head = entries.at(-1)!.hash;
    expect(first(lines.slice(0, -1), [head])).toStrictEqual({
      line: lines.length - 1,
      code: 'head',
      message: `the ledger does not contain ${head}: entries were cut off at its end, or it was rewritten`,
    });
  });
  test('other words for the same points are told as such', () => {
    const words = (change: (score: Record<string, unknown>) => object) =>
      verifyLedgerLines(
        reseal(score, (body) => ({
          ...body,
          score: change((body as unknown as { score: Record<string, unknown> }).score),
        })),
      );
    expect(words((given) => ({ ...given }))).toMatchObject({ ok: true, reworded: 0 });
    expect(words((given) => ({ ...given, more: 'a word' }))).toMatchObject({ ok: true, reworded: 1 });
    expect(words((given) => ({ ...given, deadline: null }))).toMatchObject({ ok: true, reworded: 1 });
    expect(words((given) => ({ ...given, deadline: undefined }))).toMatchObject({ ok: true, reworded: 0 });
  });
});

describe('what is found', () => {
  const codeOf = (lines: string[], head?: string): string => {
    const verification = verifyLedgerLines(lines, head === undefined ? [] : [head]);
    return verification.ok ? 'sound' : `${verification.first.line} ${verification.first.code}`;
  };
  const lines = linesOf(text);
  test('an entry removed, doubled, moved', () => {
    expect(codeOf(lines.toSpliced(2, 1))).toBe('3 chain');
    expect(codeOf(lines.toSpliced(2, 0, lines[2]!))).toBe('4 chain');
    expect(codeOf([lines[1]!, lines[0]!, ...lines.slice(2)])).toBe('1 chain');
  });
  test('the end cut off, when the head is known', () => {
    expect(codeOf(lines.slice(0, -1), entries.at(-1)!.hash)).toBe(`${lines.length - 1} head`);
  });
  test('an altered entry sealed anew breaks the next one', () => {
    const forged = { ...entries[3]!, body: { kind: 'observation' as const, evidence: run([1], 2 * HOUR) } };
    forged.hash = sealOf(forged);
    expect(codeOf(lines.toSpliced(3, 1, ledgerLine(forged)))).toBe('5 chain');
  });
  test('a whole ledger sealed anew with a better score', () => {
    const better = structuredClone(bodies);
    for (const body of better) if (body.kind === 'calculation') body.score.total += 1;
    const found = verifyLedger(write(better));
    expect(found).toMatchObject({ ok: false, first: { code: 'score', seq: 7 } });
    expect(found.ok ? '' : found.first.message).toMatch(/the score of ada in weather is [\d.]+ of [\d.]+, not/);
  });
  test('points that moved from one criterion to another, with the same sum', () => {
    const moved = structuredClone(bodies);
    const calculation = moved.find((body) => body.kind === 'calculation')!;
    const [first, second] = Object.values(calculation.score.criteria);
    first!.points -= 1;
    second!.points += 1;
    const found = verifyLedger(write(moved));
    expect(found).toMatchObject({ ok: false, first: { code: 'score' } });
    expect(found.ok ? '' : found.first.message).toContain('made up of other points');
  });
  test('other words for the same points are counted, not taken for an alteration: an older version wrote them', () => {
    const older = structuredClone(bodies);
    for (const body of older)
      if (body.kind === 'calculation')
        for (const { reasons } of Object.values(body.score.criteria)) reasons.push({ text: 'As it was said then.' });
    const calculations = older.filter(({ kind }) => kind === 'calculation').length;
    expect(verifyLedger(write(older))).toMatchObject({ ok: true, calculations, reworded: calculations });
    expect(verifyLedger(entries)).toMatchObject({ ok: true, reworded: 0 });
  });
  test('other spellings of the same entry, and no entries at all', () => {
    expect(codeOf([` ${lines[0]}`])).toBe('1 not-canonical');
    expect(codeOf([JSON.stringify({ hash: entries[0]!.hash, ...JSON.parse(lines[0]!) })])).toMatch(
      /^1 (not-canonical|sound)/,
    );
    for (const odd of ['', '{}', 'null', '[]', '['.repeat(100_000), '{"seq":1}'])
      expect(codeOf([odd])).toBe('1 unreadable');
  });
  test('a made-up ledger of no sense is answered, not crashed on', () => {
    const senseless = { kind: 'fact', fact: 'policy', policy: { challenge: 'weather' } } as unknown as LedgerBody;
    const calculation = { ...bodies[6]! } as LedgerBody;
    expect(verifyLedger(write([senseless, calculation]))).toMatchObject({
      ok: false,
      first: { seq: 2, code: 'score' },
    });
  });
});

describe('canonical JSON', () => {
  test('does not depend on the order of keys, and says the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = canonicalJson(value);
        expect(canonicalJson(JSON.parse(once))).toBe(once);
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: { d: undefined, c: new Date(0) } })).toBe(
      '{"a":{"c":"1970-01-01T00:00:00.000Z"},"b":1}',
    );
  });
  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [() => 1]])('%s has no form', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});
