// Text of others in Markdown: it shows as it is, and nothing in it does anything.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { code, plain } from '../../../src/domain/text/escape.ts';

/** What GitHub makes links, images, mentions or references of without being asked. */
const active =
  /(?:https?|ftp|[a-z][a-z0-9+.-]*):\/\/|www\.|(?:mailto|xmpp):|(?<!\\)!\[|(?<!\\)\[|[@#]\w|(?<![a-z0-9])GH-\d|<|>/i;

test.each([
  'http://evil.example',
  'https://evil.example/?leak',
  'ftp://evil.example/x',
  'irc://evil.example',
  'www.evil.example',
  '_www.evil.example',
  '(WWW.evil.example)',
  '*https://evil.example*',
  'mailto:a@evil.example',
  'xmpp:a@evil.example/x',
  '![beacon](https://evil.example/pixel.png)',
  '[text]: https://evil.example',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  '@teacher see #1 and GH-2',
  'ada@evil.example',
])('%j does nothing', (text) => {
  expect(plain(text)).not.toMatch(active);
});

test.each(['\u001b[2J\u001b]0;x\u0007', 'a\u202Egnp.exe', '\u2067a\u2069', 'a\u2028b', 'a\0b\u009bc'])(
  '%j steers nothing, and is seen',
  (text) => {
    for (const shown of [plain(text), code(text)]) {
      expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
      expect(shown).toContain('\uFFFD');
    }
  },
);

test('a code of nothing does not take what follows', () => {
  expect(code('')).toBe('` `');
});

test('nothing does, wherever it stands', () => {
  const parts = fc.constantFrom(
    'www.',
    'WWW.',
    'http://',
    'ftp://',
    '![',
    '](',
    '@a',
    '#1',
    'GH-1',
    '<',
    '>',
    '_',
    '*',
    ' ',
    'x',
    '\\',
    '`',
    '\n',
    'mailto:',
  );
  fc.assert(
    fc.property(fc.array(parts), (all) => {
      expect(plain(all.join(''))).not.toMatch(active);
    }),
    { numRuns: 2000 },
  );
});

test('what is no address stays as it was, but for signs of Markdown', () => {
  expect(plain('a sentence: with words, 50 % of it; c/d')).toBe('a sentence: with words, 50 % of it; c/d');
});

test('as inline code nothing ends the code', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('`', '``', 'a', '\n', '|')), (parts) => {
      const text = code(parts.join(''));
      expect(text).not.toContain('\n');
      const [fence = ''] = /^`+/.exec(text) ?? [];
      if (parts.includes('a')) expect(text.slice(fence.length, -fence.length)).not.toContain(` ${fence} `);
    }),
  );
});
