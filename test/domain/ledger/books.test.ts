// What a ledger says at a place in it: which rules hold, what counts for whom, and whether a score follows from that.
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/domain/text/canonical-json.ts';
import { Accounts } from '../../../src/domain/ledger/accounts.ts';
import { Books } from '../../../src/domain/ledger/books.ts';
import {
  forgettingOf,
  Graves,
  subjectOf,
  tombstoneLine,
  tombstoneOf,
  type Tombstone,
} from '../../../src/domain/ledger/forget.ts';
import {
  appendEntry,
  GENESIS,
  hashOf,
  ledgerLine,
  type LedgerBody,
  type LedgerEntry,
} from '../../../src/domain/ledger/ledger.ts';
import { readEntry } from '../../../src/domain/ledger/read-entry.ts';
import { sayVerification } from '../../../src/domain/ledger/say-verification.ts';
import { parseLedgerLine, verifyLedger, verifyLedgerLines } from '../../../src/domain/ledger/verify.ts';
import { score, scoringRules } from '../../../src/domain/score/score.ts';
import { after, data, DAY, HOUR, policy, run, shipment } from '../score/inputs.ts';

const now = after(10 * DAY);
const evidence = [data(1, 'merged', 9 * DAY), run([1], HOUR)];
const rules: LedgerBody = { kind: 'fact', fact: 'policy', policy };
const shipped: LedgerBody = { kind: 'fact', fact: 'shipment', challenge: 'weather', shipment: shipment(1) };
const seen = evidence.map((one): LedgerBody => ({ kind: 'observation', evidence: one }));
const inForce = (names: string[], by = scoringRules): LedgerBody => ({
  kind: 'fact',
  fact: 'challenges',
  names,
  rules: by,
});
const calculated = (owner = 'ada', more: Partial<Parameters<typeof score>[0]> = {}): LedgerBody => ({
  kind: 'calculation',
  challenge: 'weather',
  owner,
  asOf: now,
  score: score({ policy, evidence, shipments: [shipment(1)], now, extensions: [], ...more }),
});
const moreTime = (days: number, item?: string, owner = 'ada'): LedgerBody => ({
  kind: 'fact',
  fact: 'extension',
  challenge: 'weather',
  extension: { owner, by: days * DAY, reason: 'ill', grantedBy: 'grace', ...(item === undefined ? {} : { item }) },
});

function write(bodies: readonly LedgerBody[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const [at, body] of bodies.entries()) entries.push(appendEntry(entries.at(-1), body, after(at)));
  return entries;
}

/** What every calculation in a row of entries is said to be wrong in. */
function wrongs(...bodies: LedgerBody[]): (string | undefined)[] {
  const books = new Books();
  return bodies.flatMap((body) => (body.kind === 'calculation' ? [books.enter(body)] : (books.enter(body), [])));
}

describe('the rules in force', () => {
  test('a challenge that the course gave up has no policy; one that it took up again has the one that was entered', () => {
    const begin = [rules, shipped, ...seen];
    expect(wrongs(...begin, calculated())).toEqual([undefined]);
    expect(wrongs(...begin, inForce(['weather']), calculated())).toEqual([undefined]);
    expect(wrongs(...begin, inForce(['wind']), calculated())).toEqual(['there is no policy for weather']);
    expect(wrongs(...begin, inForce(['wind']), inForce(['weather']), calculated())).toEqual([undefined]);
    expect(wrongs(...begin, inForce([]), calculated())).toEqual(['there is no policy for weather']);
  });

  test('scores by earlier rules of the app are counted, and recomputed from the entry on that names the present ones', () => {
    const wrong = structuredClone(calculated());
    if (wrong.kind === 'calculation') wrong.score.total += 1;
    const earlier = [rules, shipped, ...seen, inForce(['weather'], scoringRules - 1), wrong];
    expect(verifyLedger(write(earlier))).toMatchObject({ ok: true, entries: 6, calculations: 0, earlier: 1 });
    const both = [...earlier, inForce(['weather']), calculated()];
    expect(verifyLedger(write(both))).toMatchObject({ ok: true, entries: 8, calculations: 1, earlier: 1 });
    expect(verifyLedger(write([...both, wrong]))).toMatchObject({ ok: false, first: { seq: 9, code: 'score' } });
  });
});

describe('accounts', () => {
  const inputAfter = (...bodies: LedgerBody[]) => {
    const accounts = new Accounts();
    for (const body of [rules, ...bodies]) if (body.kind === 'fact' || body.kind === 'observation') accounts.take(body);
    return accounts.inputFor('weather', 'ada', now)!;
  };

  test('the latest of a shipment holds, and the latest extension of a thing, beside those of other things', () => {
    const sent: LedgerBody = { ...shipped, shipment: shipment(1, { dispatchedAt: after(HOUR) }) } as LedgerBody;
    expect(inputAfter(shipped, sent).shipments).toEqual([shipment(1, { dispatchedAt: after(HOUR) })]);
    const granted = inputAfter(
      moreTime(1),
      moreTime(2, 'release-1'),
      moreTime(3),
      moreTime(4, 'release-2'),
    ).extensions!;
    expect(granted.map(({ item, by }) => [item, by / DAY])).toEqual([
      [undefined, 3],
      ['release-1', 2],
      ['release-2', 4],
    ]);
  });

  test('what was entered about another owner, or another challenge, counts for neither', () => {
    const other: LedgerBody = { kind: 'observation', evidence: { ...evidence[0]!, owner: 'bob', id: 'b' } };
    const elsewhere: LedgerBody = { kind: 'observation', evidence: { ...evidence[0]!, challenge: 'wind', id: 'w' } };
    const input = inputAfter(...seen, other, elsewhere, moreTime(5, undefined, 'bob'));
    expect(input.evidence).toEqual(evidence);
    expect(input.extensions).toEqual([]);
  });

  test('what is settled once is settled again as soon as something new is known', () => {
    const accounts = new Accounts();
    accounts.take(rules as never);
    expect(accounts.inputFor('weather', 'ada', now)!.evidence).toEqual([]);
    accounts.take(seen[0] as never);
    expect(accounts.inputFor('weather', 'ada', now)!.evidence).toHaveLength(1);
    expect(accounts.inputFor('weather', 'ada', after(0))!.now).toEqual(after(0));
    accounts.take(moreTime(1) as never);
    expect(accounts.inputFor('weather', 'ada', now)!.extensions).toHaveLength(1);
    expect(accounts.inputFor('wind', 'ada', now)).toBeUndefined();
  });

  test('other rules can be asked about than those that are in force', () => {
    const accounts = new Accounts();
    accounts.take(rules as never);
    const asked = accounts.inputsOf('ada', now, [policy, { ...policy, challenge: 'wind' }]);
    expect(asked.map((scoreInput) => scoreInput.policy.challenge)).toEqual(['weather', 'wind']);
    expect(accounts.inputsOf('ada', now).map((scoreInput) => scoreInput.policy.challenge)).toEqual(['weather']);
  });
});

describe('the same score', () => {
  const verdictOn = (change: (text: Record<string, any>) => void): string => {
    const body = structuredClone(calculated()) as Extract<LedgerBody, { kind: 'calculation' }>;
    change(body.score);
    const verification = verifyLedger(write([rules, shipped, ...seen, body]));
    return verification.ok ? `reworded ${verification.reworded}` : verification.first.code;
  };

  test('a key without a value is as good as none', () => {
    expect(verdictOn(() => undefined)).toBe('reworded 0');
    expect(verdictOn((said) => (said['more'] = undefined))).toBe('reworded 0');
  });
  test('a word more, or less, is another wording; points that are not the same are none', () => {
    expect(verdictOn((said) => (said['more'] = 'word'))).toBe('reworded 1');
    expect(verdictOn((said) => said['criteria'].data.reasons.push({ text: 'And so on.' }))).toBe('reworded 1');
    expect(verdictOn((said) => said['criteria'].data.reasons.pop())).toBe('reworded 1');
    expect(verdictOn((said) => (said['criteria'].data.points += 0.5))).toBe('score');
    expect(verdictOn((said) => delete said['criteria'].data)).toBe('score');
  });
});

describe('tombstones', () => {
  const entries = write([rules, shipped, ...seen, calculated()]);
  const graves = entries.slice(1).map(tombstoneOf);

  test('whom an entry is about', () => {
    const override = { id: '1', owner: 'ada', challenge: 'weather', points: 1, reason: 'shown', by: 'grace', at: now };
    const about: [LedgerBody, string | undefined][] = [
      [rules, undefined],
      [inForce([]), undefined],
      [shipped, 'ada'],
      [moreTime(1, undefined, 'bob'), 'bob'],
      [seen[0]!, 'ada'],
      [calculated('carl'), 'carl'],
      [{ kind: 'override', override }, 'ada'],
      [forgettingOf([]), undefined],
    ];
    expect(about.map(([body]) => subjectOf(body))).toEqual(about.map(([, owner]) => owner));
  });

  test('each is settled by its own seal; one that still speaks is no harm, and the first that is not is named', () => {
    const open = (): Graves => {
      const opened = new Graves();
      for (const grave of graves) opened.add(grave.seq, 100 + grave.seq, tombstoneLine(grave));
      return opened;
    };
    const all = open();
    expect([all.count, all.unsaid]).toEqual([4, 102]);
    expect(all.settle(forgettingOf(graves.slice(0, 2)))).toBeUndefined();
    expect(all.unsaid).toBe(104);
    expect(all.settle(forgettingOf([...graves.slice(2), tombstoneOf(entries[0]!)]))).toBeUndefined();
    expect(all.unsaid).toBeUndefined();
    const forged: Tombstone[] = graves.map((grave) => (grave.seq === 3 ? { ...grave, at: after(1) } : grave));
    expect(open().settle(forgettingOf(forged))).toBe(103);
  });

  test('a tombstone says nothing, and says that it is one', () => {
    const line = (more: object): string => canonicalJson({ ...graves[0]!, ...more });
    expect(readEntry(line({}))?.entry).toMatchObject({ seq: 2, forgotten: true });
    expect(readEntry(line({ forgotten: false }))).toBeUndefined();
    expect(readEntry(line({ body: seen[0]! }))).toBeUndefined();
    expect(parseLedgerLine(line({}))).toBeUndefined();
    expect(parseLedgerLine(ledgerLine(entries[1]!))).toEqual(entries[1]);
  });
});

describe('an entry from its line', () => {
  const [entry] = write([seen[0]!]);
  const line = (more: object): string => canonicalJson({ ...entry!, ...more });

  test('the first follows nothing, and is sealed without its hash', () => {
    expect([entry!.seq, entry!.previous]).toEqual([1, GENESIS]);
    const read = readEntry(line({}))!;
    expect(hashOf(read.sealed)).toBe(entry!.hash);
    expect(read.entry).toEqual(entry);
  });

  test.each([
    ['a number that is none', { seq: 1.5 }],
    ['no number', { seq: '1' }],
    ['a day that does not exist', { at: '2027-02-30T00:00:00.000Z' }],
    ['a moment without milliseconds', { at: '2027-02-03T00:00:00Z' }],
    ['a moment with words around it', { at: 'on 2027-02-03T00:00:00.000Z' }],
    ['a hash that is no text', { hash: 7 }],
    ['nothing before it', { previous: null }],
    ['a body of no kind', { body: { evidence: evidence[0] } }],
  ])('%s is no entry', (_, more) => expect(readEntry(line(more))).toBeUndefined());

  test('moments are read where they stand, and texts that look like one stay texts', () => {
    const moment = '2027-02-03T00:00:00.000Z';
    const granted = moreTime(1) as Extract<LedgerBody, { fact: 'extension' }>;
    const [told] = write([{ ...granted, extension: { ...granted.extension, reason: moment } }]);
    expect(parseLedgerLine(ledgerLine(told!))).toEqual(told);
    const [facts] = write([rules]);
    expect(parseLedgerLine(ledgerLine(facts!))).toEqual(facts);
    const [calculation] = write([calculated()]);
    expect((parseLedgerLine(ledgerLine(calculation!))!.body as { asOf: Date }).asOf).toEqual(now);
  });

  test('keys in another order are the same entry, written otherwise', () => {
    const { seq, ...rest } = JSON.parse(line({})) as Record<string, unknown>;
    const swapped = JSON.stringify({ seq, ...rest });
    expect(readEntry(swapped)).toMatchObject({ entry, canonical: line({}) });
    expect(verifyLedgerLines([swapped])).toMatchObject({
      ok: false,
      entries: 0,
      first: { line: 1, seq: 1, code: 'not-canonical' },
    });
  });
});

describe('what is said', () => {
  test('of a sound ledger: how much of it, and what could not be recomputed', () => {
    const sound = { ok: true as const, entries: 9, calculations: 3, reworded: 0, head: 'abc' };
    expect(sayVerification(sound)).toBe('sound: 9 entries, 3 scores recomputed, head abc');
    expect(sayVerification({ ...sound, reworded: 1, earlier: 1, forgotten: 1 })).toBe(
      'sound: 9 entries, 3 scores recomputed (1 in other words: by another version of the app), ' +
        '1 scores by earlier rules of the app not recomputed, 1 entries forgotten on request, head abc',
    );
    expect(sayVerification({ ...sound, earlier: 0, forgotten: 0 })).toBe(sayVerification(sound));
  });

  test('of an altered one: the first line, and how much before it is sound', () => {
    const entries = write([rules, shipped, ...seen, calculated()]).map(ledgerLine);
    const altered = verifyLedgerLines([...entries, 'no entry']);
    expect(altered).toEqual({
      ok: false,
      entries: 5,
      calculations: 1,
      first: { line: 6, code: 'unreadable', message: 'line 6 is not an entry of a ledger' },
    });
    expect(sayVerification(altered)).toBe('altered: line 6: line 6 is not an entry of a ledger');
    const headless = verifyLedgerLines(entries, ['f'.repeat(64)]);
    expect(headless).toMatchObject({ ok: false, first: { code: 'head' } });
    expect(sayVerification(headless)).toContain(`does not contain ${'f'.repeat(64)}`);
  });
});
