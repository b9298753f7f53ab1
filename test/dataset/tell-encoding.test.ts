// Text that is no UTF-8 is Latin-1 where it looks like that, and is never taken for it otherwise.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { observeSource } from '../../src/dataset/propose/observe-source.ts';
import { describeSource } from '../../src/dataset/source/describe-source.ts';
import { encodingHints } from '../../src/dataset/source/tell-encoding.ts';
import { fileWith, workFolder } from './work-folder.ts';

const dir = workFolder();
const latin = Buffer.from(`x,by\n${'1,Sm\u00f8rum\n2,\u00c5rhus\n'.repeat(20)}`, 'latin1');

test.each<[string, string, Buffer]>([
  ['text', '.csv', latin],
  ['packed text', '.csv.gz', gzipSync(latin)],
  ['one sign at its end', '.csv', Buffer.from('x,y\n1,a\n2,\xe6', 'latin1')],
])('Latin-1: %s', async (_, ending, bytes) => {
  const source = fileWith(dir, bytes, ending);
  expect((await observeSource(source, source, dir)).encoding).toBe('latin1');
  expect((await describeSource(source)).problems).toMatchObject([{ code: 'not-utf8', hint: encodingHints.latin1 }]);
});

test.each<[keyof typeof encodingHints, string, Buffer]>([
  // "Moskva" in Windows-1251, "Tokyo" in Shift-JIS, "Beijing" in GB 18030.
  ['foreign', 'Cyrillic', Buffer.from(`x,y\n${'1 of many,\xcc\xee\xf1\xea\xe2\xe0\n'.repeat(20)}`, 'latin1')],
  ['foreign', 'Shift-JIS', Buffer.from(`x,y\n${'1 of many,\x93\x8c\x8b\x9e\n'.repeat(20)}`, 'latin1')],
  ['foreign', 'GB 18030', Buffer.from(`x,y\n${'1 of many,\xb1\xb1\xbe\xa9\n'.repeat(20)}`, 'latin1')],
  ['mixed', 'UTF-8, then Latin-1', Buffer.concat([Buffer.from('x,y\n1,Sm\u00f8rum\n'), latin.subarray(5)])],
])('%s: %s', async (told, _, bytes) => {
  const source = fileWith(dir, bytes);
  const refused = { code: 'source_not_table', problem: 'not-utf8', hint: encodingHints[told] };
  await expect(observeSource(source, source, dir)).rejects.toMatchObject(refused);
  await expect(observeSource(source, 'name.csv', dir)).rejects.toThrow(`name.csv:${told === 'mixed' ? 3 : 2}:`);
});
