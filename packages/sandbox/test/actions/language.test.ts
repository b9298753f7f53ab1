// The language of workflow files: expressions, filters, matrices, commands, archives.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePairs } from '../../src/actions/workflow/command-files.ts';
import {
  evaluateCondition,
  evaluateValue,
  interpolate,
  type Scope,
} from '../../src/actions/workflow/evaluate-expression.ts';
import { expandMatrix } from '../../src/actions/workflow/expand-matrix.ts';
import { checkWithin, readGrant, tokenPermissions } from '../../src/actions/workflow/grant-permissions.ts';
import { matchesPatterns } from '../../src/actions/workflow/match-pattern.ts';
import { asksToSkip, isTriggered } from '../../src/actions/workflow/match-trigger.ts';
import { InvalidWorkflow, readWorkflow } from '../../src/actions/workflow/read-workflow.ts';
import { unzipFiles, zipFiles } from '../../src/actions/machine/zip-files.ts';

const scope = (more: Partial<Scope> = {}): Scope => ({
  contexts: {
    github: { ref: 'refs/heads/main', event: { commits: [{ id: 'a' }, { id: 'b' }], title: "it's" } },
    matrix: { n: 2 },
    needs: { a: { result: 'success' } },
  },
  status: { success: true, failure: false, cancelled: false },
  ...more,
});

describe('expressions', () => {
  test.each([
    ['plain', 'plain'],
    ['a ${{ github.ref }} b ${{ matrix.n }}', 'a refs/heads/main b 2'],
    ["${{ format('{0}-{1}', 'x', matrix.n) }}", 'x-2'],
    ["${{ join(github.event.commits.*.id, '+') }}", 'a+b'],
    ["${{ contains(github.ref, 'main') && 'yes' || 'no' }}", 'yes'],
    ["${{ '}}' }}", '}}'],
    ['${{ github.event.title }}', "it's"],
    ['${{ github.nothing.at.all }}', ''],
    ['${{ github.event }}', 'Object'],
    ["${{ github.ref == 'REFS/HEADS/MAIN' }}", 'true'],
  ])('%s', (text, value) => expect(interpolate(text, scope())).toBe(value));

  test('a value that is one expression keeps its type', () => {
    expect(
      evaluateValue({ n: '${{ matrix.n }}', list: ["${{ fromJSON('[1,2]') }}"], text: 'n=${{ matrix.n }}' }, scope()),
    ).toEqual({ n: 2, list: [[1, 2]], text: 'n=2' });
  });

  test.each(['${{ nothing.here }}', '${{ github.ref', '${{ fromJSON() }}', "${{ github.ref == 'x }}"])(
    '%s is refused with a sentence',
    (text) => {
      expect(() => interpolate(text, scope())).toThrow(InvalidWorkflow);
    },
  );

  test.each([
    [undefined, true, false],
    ["github.ref == 'refs/heads/main'", true, false],
    ['always()', true, true],
    ['failure()', false, true],
    ['${{ !cancelled() }}', true, true],
    ["${{ github.ref == 'x' }} ", false, false],
    [false, false, false],
    // The trap of GitHub's documentation: text around an expression makes it a text, and that is true.
    ["${{ github.ref == 'x' }} && true", true, false],
  ])('if: %s', (condition, whenGood, whenBad) => {
    expect(evaluateCondition(condition, scope())).toBe(whenGood);
    expect(evaluateCondition(condition, scope({ status: { success: false, failure: true, cancelled: false } }))).toBe(
      whenBad,
    );
  });
});

describe('filters', () => {
  test.each([
    ['main', ['main'], true],
    ['release/1', ['release/*'], true],
    ['release/1/2', ['release/*'], false],
    ['release/1/2', ['release/**'], true],
    ['v1.2', ['v[0-9].?[0-9]'], true],
    ['src/a/b.py', ['**.py'], true],
    ['b.py', ['**/*.py'], true],
    ['docs/a.md', ['**', '!docs/**'], false],
    ['docs/keep.md', ['**', '!docs/**', 'docs/keep.md'], true],
    ['a+b', ['a\\+b'], true],
  ])('%s against %j', (name, patterns, expected) => expect(matchesPatterns(name, patterns)).toBe(expected));

  test('no pattern makes the matcher fail', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\w/*?+[\]!.\\-]{0,12}$/),
        fc.string(),
        (pattern, name) => typeof matchesPatterns(name, [pattern]) === 'boolean',
      ),
    );
  });

  test('a push to a tag is not one to a branch', () => {
    const on = (yaml: string) => readWorkflow(`on:\n  push: ${yaml}\njobs: { a: { runs-on: x, steps: [] } }\n`, 'w');
    const push = (ref: string) => ({ name: 'push', ref });
    expect(isTriggered(on('{ branches: [main] }'), push('refs/tags/v1'))).toBe(false);
    expect(isTriggered(on('{ tags: [v*] }'), push('refs/heads/main'))).toBe(false);
    expect(isTriggered(on('{ tags: [v*] }'), push('refs/tags/v1'))).toBe(true);
    expect(isTriggered(on('{ tags-ignore: [v*] }'), push('refs/tags/v1'))).toBe(false);
    expect(isTriggered(on('{}'), push('refs/tags/v1'))).toBe(true);
  });

  test.each(['fix [skip ci]', '[ci skip]', 'x [no ci] y', 'a\n\nskip-checks: true'])('%j skips', (message) =>
    expect(asksToSkip(message)).toBe(true),
  );
  test.each(['skip ci', 'a [skip cd]', 'skip-checks: true'])('%j does not', (message) =>
    expect(asksToSkip(message)).toBe(false),
  );
});

describe('files', () => {
  test.each([
    ['on: push', 'Required property is missing: jobs'],
    ['jobs: { a: { runs-on: x, steps: [] } }', 'No event triggers'],
    ['on: push\njobs: { a: { steps: [] } }', 'runs-on'],
    ['on: push\njobs: { "a b": { runs-on: x, steps: [] } }', 'is invalid'],
    ['on: push\njobs: { a: { runs-on: x, needs: a, steps: [] } }', 'a -> a'],
    ['on: push\njobs: { a: { runs-on: x, steps: [{ run: x, uses: y }] } }', "either 'run' or 'uses'"],
    ['on: push\njobs: { a: { runs-on: x, container: node, steps: [] } }', 'containers'],
    ['on: [push\n', 'yaml syntax'],
  ])('%j is refused', (text, words) => expect(() => readWorkflow(text, 'w')).toThrow(words));
});

test('a matrix is the product, less what is excluded, with what is included', () => {
  expect(
    expandMatrix({
      os: ['a', 'b'],
      n: [1, 2],
      exclude: [{ os: 'b', n: 2 }],
      include: [{ os: 'a', extra: true }, { os: 'c' }],
    }),
  ).toEqual([{ os: 'a', n: 1, extra: true }, { os: 'a', n: 2, extra: true }, { os: 'b', n: 1 }, { os: 'c' }]);
  expect(expandMatrix(null)).toEqual([{}]);
  expect(expandMatrix({ include: [{ a: 1 }, { a: 2 }] })).toHaveLength(2);
});

test('permissions: what is not named is none, and a called workflow may not ask for more', () => {
  expect(readGrant({ checks: 'write', contents: 'read', issues: 'none' })).toEqual({
    checks: 'write',
    contents: 'read',
  });
  expect(readGrant({})).toEqual({});
  expect(tokenPermissions({ 'pull-requests': 'write', 'id-token': 'write' })).toEqual({
    metadata: 'read',
    pull_requests: 'write',
  });
  expect(() => readGrant({ everything: 'write' })).toThrow(InvalidWorkflow);
  expect(() => checkWithin({ checks: 'write' }, { checks: 'read' }, 'report', 'x')).toThrow(
    "requesting 'checks: write', but is only allowed 'checks: read'",
  );
  checkWithin({ checks: 'read' }, { checks: 'write' }, 'report', 'x');
});

test('command files hold lines and blocks', () => {
  expect(parsePairs('a=1=2\nb<<E\nx=\n\ny\nE\nc=\n')).toEqual([
    ['a', '1=2'],
    ['b', 'x=\n\ny'],
    ['c', ''],
  ]);
  expect(() => parsePairs('b<<E\nx\n')).toThrow('Matching delimiter not found');
  expect(() => parsePairs('just text\n')).toThrow('Invalid format');
});

describe('archives', () => {
  const entries = fc.uniqueArray(
    fc.record({ name: fc.stringMatching(/^[a-zé/]{1,20}$/), data: fc.uint8Array({ maxLength: 2000 }) }),
    { selector: (entry) => entry.name },
  );

  test('what is zipped comes back', () => {
    fc.assert(
      fc.property(entries, (files) => {
        const given = files.map(({ name, data }) => ({ name, data: Buffer.from(data) }));
        const read = unzipFiles(zipFiles(given));
        expect(read.map(({ name, data }) => [name, data.toString('hex')])).toEqual(
          given.map(({ name, data }) => [name, data.toString('hex')]),
        );
      }),
    );
  });

  // Set aside where the other program is missing: the reporter names it by what the name says.
  const python = spawnSync('python3', ['--version']).status === 0;
  (python ? test : test.skip)(`other programs can read them${python ? '' : ' (needs python3)'}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'practicum-zip-'));
    writeFileSync(join(folder, 'a.zip'), zipFiles([{ name: 'x/y.txt', data: Buffer.from('hello'.repeat(100)) }]));
    const read = execFileSync(
      'python3',
      [
        '-c',
        'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.read("x/y.txt").decode())',
        join(folder, 'a.zip'),
      ],
      { encoding: 'utf8' },
    );
    expect(read.trim()).toBe('hello'.repeat(100));
    rmSync(folder, { recursive: true });
  });
});
