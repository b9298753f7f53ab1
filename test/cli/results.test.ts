import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli.ts';
import { appendEntry, ledgerLine } from '../../src/domain/ledger/ledger.ts';
import { policy } from '../domain/score/inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'practicum-results-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return name;
};

async function practicum(...argv: string[]): Promise<{ out: string; err: string; exit: number }> {
  const result = { out: '', err: '', exit: 0 };
  await runCli(argv, {
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    env: {},
    cwd: folder,
    now: () => new Date('2027-01-20T00:00:00Z'),
    progress: false,
    exit: (code) => void (result.exit = code),
  });
  return result;
}

describe('judge', () => {
  const request = file(
    'request.json',
    '{"kind":"data_validation","expected":[{"row":5,"a":1.0},{"row":6,"a":null}],"tolerance":1e-6}',
  );
  test.each([
    ['{"rows":[{"row":5,"a":1},{"row":6,"a":null}]}', 'correct', 0],
    ['{"rows":[{"row":5,"a":1},{"row":6}]}', 'partial_correct', 1],
    ['{"rows":[{"row":"5","a":1}]}', 'incorrect', 1],
    ['{"rows":[{"a":1}]}', 'syntax_error', 1],
    ['{', 'syntax_error', 1],
  ])('%s', async (answer, verdict, exit) => {
    const result = await practicum('judge', request, file('answer.json', answer), '--json');
    expect(JSON.parse(result.out)).toMatchObject({ verdict });
    expect(result).toMatchObject({ exit, err: '' });
  });
  test('CSV, and words for people', async () => {
    const result = await practicum('judge', request, file('answer.csv', 'row,a\n5,2\n7,1\n'));
    expect(result.out).toBe(
      'incorrect: 0 of 2 rows are right, 1 differ, 1 missing, 1 not asked for.\nmissing rows: 6\nrows not asked for: 7\nrow 5, "a": expected 1, submitted 2\n',
    );
  });
  test('an answer of a million brackets, or one endless text, is answered shortly', async () => {
    for (const cell of [
      '['.repeat(500_000) + ']'.repeat(500_000),
      JSON.stringify('x'.repeat(1_000_000)),
      '1e999',
      '-0',
    ]) {
      const hostile = file('hostile.json', `\ufeff{"rows":[{"row":5,"a":${cell}}]}`);
      const { out } = await practicum('judge', request, hostile, '--json');
      expect(JSON.parse(out)).toMatchObject({ verdict: 'incorrect', wrong: 1 });
      expect(out.length).toBeLessThan(1000);
      expect((await practicum('judge', request, hostile)).out).toMatch(/^incorrect:/);
    }
  });
  test('the deadline, by when it was received', async () => {
    const late = file('late.json', '{"kind":"data_validation","expected":[{"row":1}],"due":"2027-01-10T00:00:00Z"}');
    const answer = file('one.json', '{"rows":[{"row":1}]}');
    expect(JSON.parse((await practicum('judge', late, answer, '--json')).out)).toMatchObject({
      verdict: 'deadline_exceeded',
    });
    expect((await practicum('judge', late, answer, '--at', '2027-01-10T01:00:00+01:00')).exit).toBe(0);
  });
  test('a size cap, and what an answer prints cannot steer the terminal', async () => {
    const big = file('big.json', `{"rows":[{"row":5,"a":"${'x'.repeat(3_000_000)}"}]}`);
    const capped = await practicum('judge', request, big, '--json', '--max-mb', '1');
    expect(JSON.parse(capped.out)).toMatchObject({
      verdict: 'syntax_error',
      message: expect.stringMatching(/2\.9 MB; at most 1\.0 MB/),
    });
    const escape = file('escape.json', JSON.stringify({ rows: [{ row: 5, a: '\u001b[2J\u009b\u202e' }] }));
    const { out } = await practicum('judge', request, escape);
    for (const character of ['\u001b', '\u009b', '\u202e']) expect(out).not.toContain(character);
  });
  test('wrong use is told on stderr, every mistake at once', async () => {
    const bad = file('bad.json', '{"kind":"x","expected":[{"row":1},{"row":1},{}],"tolerance":-1,"due":"tomorrow"}');
    const result = await practicum('judge', bad, 'answer.json', '--json');
    expect(result).toMatchObject({ out: '', exit: 2 });
    for (const code of ['request-kind', 'request-row-twice', 'request-row', 'request-tolerance', 'request-due']) {
      expect(result.err).toContain(` error ${code} `);
    }
    expect((await practicum('judge', request, 'nowhere.json')).exit).toBe(2);
    expect((await practicum('judge', request)).exit).toBe(2);
    expect((await practicum('judge', request, 'answer.json', '--at', 'noon')).exit).toBe(2);
  });
});

describe('ledger verify', () => {
  const ledgerEntry = appendEntry(undefined, { kind: 'fact', fact: 'policy', policy }, new Date(0));
  const two = appendEntry(
    ledgerEntry,
    { kind: 'fact', fact: 'policy', policy: { ...policy, timezone: 'UTC' } },
    new Date(1),
  );
  const text = Buffer.from(`${ledgerLine(ledgerEntry)}\n${ledgerLine(two)}\n`);
  test('sound', async () => {
    const result = await practicum('ledger', 'verify', file('ledger.jsonl', text));
    expect(result).toMatchObject({ exit: 0, out: `sound: 2 entries, 0 scores recomputed, head ${two.hash}\n` });
  });
  test('each altered byte of a file is found', async () => {
    const found: number[] = [];
    for (let at = 0; at < text.length; at += 13) {
      const altered = Buffer.from(text);
      altered[at] = altered[at]! ^ 1;
      const result = await practicum('ledger', 'verify', file('altered.jsonl', altered), '--json');
      if (result.exit === 1) found.push(JSON.parse(result.out).first.line as number);
    }
    expect(found).toHaveLength(Math.ceil(text.length / 13));
    expect(new Set(found)).toEqual(new Set([1, 2]));
  });
  test('a byte that is not UTF-8, a mark at the start, a file that is not there', async () => {
    const odd = Buffer.concat([text.subarray(0, 30), Buffer.from([0xff]), text.subarray(31)]);
    expect((await practicum('ledger', 'verify', file('odd.jsonl', odd))).exit).toBe(1);
    expect(
      (await practicum('ledger', 'verify', file('bom.jsonl', Buffer.concat([Buffer.from('\ufeff'), text])))).exit,
    ).toBe(1);
    expect((await practicum('ledger', 'verify', 'nowhere.jsonl')).exit).toBe(2);
  });
});

test('grades export reads a gradebook and writes a table', async () => {
  const book = file(
    'book.json',
    JSON.stringify({ rows: [{ owner: 'ada', total: 5, criteria: { data: { points: 5 } } }] }),
  );
  const { out } = await practicum('grades', 'export', '--format', 'moodle', '--from', book);
  expect(out.split('\r\n')[1]).toMatch(/^ada,,ada,5,/);
  await practicum('grades', 'export', '--from', book, '--out', 'table.csv');
  expect(readFileSync(join(folder, 'table.csv'), 'utf8')).toContain('ada');
  expect((await practicum('grades', 'export', '--format', 'xml', '--from', book)).exit).toBe(2);
});
