// How a file differs from the one that was sent: each kind as tools make it, and several at once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeAlteration } from '../../../src/domain/messages/altered-message.ts';
import { compareBytes, lostAs, sayAlteration } from '../../../src/domain/shipment/alteration.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const sent = 'id,name,price\n1,Søren,2.50\n2,"Ada, the first",3.00 \n3,,4\t\n';
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 61\n`;
const trimmed = sent.replace(/[ \t]+$/gm, '');
const unquoted = sent.replaceAll('"', '').replaceAll(',', ';');

test.each<[string, Uint8Array, string]>([
  ['a Windows editor', bytes(crlf(sent)), 'line ends'],
  ['mixed line ends', bytes(sent.replace('\n', '\r\n')), 'line ends'],
  ['an old Mac', bytes(sent.replaceAll('\n', '\r')), 'line ends'],
  ['end-of-file-fixer', bytes(sent.slice(0, -1)), 'line ends'],
  ['trailing-whitespace', bytes(trimmed), 'trailing blanks'],
  ['both fixers', bytes(crlf(trimmed)), 'line ends, trailing blanks'],
  ['a byte order mark', bytes(`\uFEFF${sent}`), 'encoding'],
  ['UTF-16', Buffer.from(`\uFEFF${sent}`, 'utf16le'), 'encoding'],
  ['UTF-16, as a Mac once wrote it', Buffer.from(`\uFEFF${sent}`, 'utf16le').swap16(), 'encoding'],
  ['half a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb]), bytes(sent)]), 'encoding, content'],
  ['one line twice', bytes(sent.replace('1,', '1,\n1,')), 'content'],
  ['blanks behind, on Windows', bytes(crlf(sent).replace('\r\n', ' \t\r\n')), 'line ends, trailing blanks'],
  ['Windows-1252', Buffer.from(sent, 'latin1'), 'encoding'],
  ['a spreadsheet', bytes(unquoted), 'quotes or separator'],
  ['a spreadsheet on Windows', bytes(`\uFEFF${crlf(unquoted)}`), 'encoding, line ends, quotes or separator'],
  ['numbers rewritten, on Windows', bytes(crlf(sent.replace('2.50', '2.5'))), 'line ends, content'],
  ['a row less', bytes(sent.replace(/1,.*\n/, '')), 'content'],
  ['LFS', bytes(lfs), 'pointer of LFS'],
  ['no text', Buffer.from([0, 1, 2]), 'content'],
  ['nothing', bytes(''), 'content'],
])('%s', (_, found, said) => {
  expect(sayAlteration({ kinds: compareBytes(bytes(sent), found)! })).toBe(said);
});

test('what is the same is not altered, and whatever differs is called something', () => {
  const some = fc.uint8Array({ maxLength: 30 });
  fc.assert(
    fc.property(some, some, (left, right) => {
      expect(compareBytes(left, Uint8Array.from(left))).toBeUndefined();
      const kinds = compareBytes(left, right);
      if (!Buffer.from(left).equals(Buffer.from(right))) expect(kinds?.length).toBeGreaterThan(0);
    }),
  );
});

test('what is no text on either side, or the same but for its form', () => {
  expect(compareBytes(Buffer.from([1, 0, 2]), Buffer.from([1, 0, 3]))).toEqual(['content']);
  expect(compareBytes(bytes(''), bytes('\n'))).toEqual(['line ends']);
  expect(compareBytes(bytes('\uFEFFa'), bytes('a'))).toEqual(['encoding']);
  expect(compareBytes(bytes('\uFEFFa'), bytes('\uFEFFb'))).toEqual(['content']);
});

// oxfmt-ignore
test.each<[string, Uint8Array, Uint8Array, string]>([
  ['letters of Windows that half begin like UTF-16', Buffer.from('ÿa', 'latin1'), bytes('ÿa'), 'encoding'],
  ['letters of Windows that half go on like UTF-16', Buffer.from('aþ', 'latin1'), bytes('aþ'), 'encoding'],
  ['letters of Windows that half begin like UTF-16 of a Mac', Buffer.from('þa', 'latin1'), bytes('þa'), 'encoding'],
  ['letters of Windows that half go on like UTF-16 of a Mac', Buffer.from('aÿ', 'latin1'), bytes('aÿ'), 'encoding'],
  ['a text whose third byte is that of a mark', bytes('a¿'), bytes('b'), 'content'],
  ['a text whose second byte is that of a mark', bytes('\u2EC0'), bytes('b'), 'content'],
  ['a text that begins like a mark', bytes('\uFEC1'), bytes('b'), 'content'],
  ['a text whose first and third byte are those of a mark', bytes('\uF03F'), bytes('b'), 'content'],
  ['a text whose second and third byte are those of a mark', bytes('\u2EFF'), bytes('b'), 'content'],
  ['one side of zeros', Buffer.from([97, 0]), bytes('a'), 'content'],
  ['two ends of UTF-16', Buffer.from('\uFEFFa', 'utf16le'), Buffer.from('\uFEFFa', 'utf16le').swap16(), 'encoding'],
  ['more lines than before', bytes('a\n'), bytes('a\nb\nc\n'), 'content'],
  ['blanks alone on a line', bytes('a\n \nb\n'), bytes('a\n\nb\n'), 'trailing blanks'],
  ['empty lines at the end', bytes('a\n'), bytes('a\n\n\n'), 'line ends'],
  ['nothing but empty lines', bytes('\n\n'), bytes('\r\n'), 'line ends'],
])('%s', (_, left, right, kinds) => {
  expect(sayAlteration({ kinds: compareBytes(left, right)! })).toBe(kinds);
});

test('what is gone from its path is moved, kept by DVC, or removed', () => {
  expect(sayAlteration(lostAs({ movedTo: 'raw/a.csv', underDvc: true }))).toBe('moved to raw/a.csv');
  expect(sayAlteration(lostAs({ underDvc: true }))).toBe('pointer of DVC');
  expect(sayAlteration(lostAs({ underDvc: false }))).toBe('removed');
});

test('the way back names the commit, and quotes what a shell would read', () => {
  const { title, body } = describeAlteration({
    release: 'release-1',
    path: "data/it's here.csv",
    sentIn: 'abc1234',
    branch: 'main',
    alteration: lostAs({ movedTo: 'raw/a b.csv', underDvc: false }),
    late: false,
  });
  expect(title).toBe('release-1 reached main, but altered (moved to raw/a b.csv): take the file as it was sent');
  expect(body).toContain("git rm 'raw/a b.csv'\ngit checkout abc1234 -- 'data/it'\\''s here.csv'\n");
});
