// Hostile and broken files: each gets a problem at a place, in bounded time, and never an exception.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenge } from '../../../src/domain/challenge/file.ts';
import { defaultCourse, parseCourse } from '../../../src/domain/course/read-course-file.ts';
import { maxTextBytes } from '../../../src/domain/text/decode-text.ts';
import { formatProblem } from '../../../src/domain/text/problem.ts';
import { parseRoster } from '../../../src/domain/course/roster.ts';
import { maxYamlBytes, readYaml } from '../../../src/domain/text/yaml-source.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (input: Uint8Array | string) =>
  parseChallenge(typeof input === 'string' ? bytes(input) : input, 'challenge.yml', defaultCourse);
const codes = (input: Uint8Array | string): string[] => parse(input).problems.map(({ code }) => code);

/** Nine levels of nine aliases each: half a billion values when followed. */
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((name, index) => {
    const below = 'abcdefgh'[index]!;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`;
  }),
].join('\n');

describe('hostile files', () => {
  it('refuses 10 MB before parsing it', () => {
    const started = performance.now();
    expect(codes(bytes(`${bomb}\n${'#'.repeat(10 * 1024 * 1024)}`))).toEqual(['file-too-large']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('refuses alias bombs and cycles', () => {
    expect(codes(bomb)).toContain('yaml-aliases');
    expect(codes('a: &a\n  b: *a\n')).toEqual(['yaml-too-deep']);
    expect(codes('a: &a [1]\nb: [*a, *a]\n')).not.toContain('yaml-aliases');
  });

  it.each([
    ['brackets', '['.repeat(maxYamlBytes)],
    ['braces', '{a: '.repeat(maxYamlBytes / 4)],
    ['dashes', '- '.repeat(maxYamlBytes / 2)],
    ['indents', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('refuses deep nesting: %s', (_, text) => {
    expect(codes(text)).toEqual(['yaml-too-deep']);
  });

  it('finds duplicates among many keys in linear time', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`);
    const started = performance.now();
    const { problems } = readYaml(bytes([...keys, 'k7: 2'].join('\n')), 'x.yml');
    expect(problems).toMatchObject([{ code: 'duplicate-key', line: 20_001, column: 1 }]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('says on which line the text stops being UTF-8', () => {
    const broken = Buffer.concat([bytes('version: 1\nname: å'), Buffer.from([0xe6, 0xf8]), bytes('\n')]);
    expect(parse(broken).problems).toMatchObject([{ code: 'not-utf8', line: 2, column: 8 }]);
    expect(codes(Buffer.from('version: 1\n', 'utf16le'))).toEqual(['control-character']);
    expect(codes(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('version: 1\n', 'utf16le')]))).toEqual([
      'not-utf8',
    ]);
  });

  it('refuses NUL bytes and other control characters', () => {
    expect(parse('version: 1\nname: a\0b\n').problems).toMatchObject([
      { code: 'control-character', line: 2, column: 8 },
    ]);
  });

  it('does not let a key reach the prototype', () => {
    parse('__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n');
    expect({}).not.toHaveProperty('polluted');
  });

  it('never repeats control characters to a terminal', () => {
    const { problems } = parse('version: 1\nname: "\\e[31m\\r\\n::error::x"\n');
    // oxlint-disable-next-line no-control-regex -- that is what must not come through
    expect(problems.map(formatProblem).join('')).not.toMatch(/[\x00-\x1f]/);
  });

  it('accepts no roster beyond its size', () => {
    expect(parseRoster(new Uint8Array(maxTextBytes + 1).fill(65)).problems).toMatchObject([{ code: 'file-too-large' }]);
  });

  it('answers any bytes with problems, never with an exception', () => {
    const near = fc.constantFrom(
      'version: 1',
      'name: x',
      'releases:',
      '  - ',
      'dataset: {',
      '}',
      '*a',
      '&a ',
      '? ',
      '\t',
      '!!js',
      '"',
      "'",
      '|',
      '%',
    );
    const text = fc.array(fc.oneof(near, fc.string()), { maxLength: 30 }).map((parts) => bytes(parts.join('\n')));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 300 })), (input) => {
        for (const { problems } of [parse(input), parseCourse(input), parseRoster(input)]) {
          for (const problem of problems) {
            expect(problem.line).toBeGreaterThanOrEqual(1);
            expect(problem.column).toBeGreaterThanOrEqual(1);
          }
        }
        expect(parse(input).value).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
