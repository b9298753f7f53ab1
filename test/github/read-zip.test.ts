// Archives that students make: what is wanted is read, whatever else they hold, and a hostile one costs nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readZip } from '../../src/github/report/read-zip.ts';
import { zipFiles } from '@practicum/sandbox';

const file = (name: string, text: string) => ({ name, data: Buffer.from(text) });
const all = (): boolean => true;

test('wanted files are read, others are not', () => {
  const zip = zipFiles([file('coverage.xml', '<coverage/>'), file('html/index.html', 'x'), file('ü.txt', 'é')]);
  expect([...readZip(zip, (path) => !path.endsWith('.html'), 1000)]).toEqual([
    ['coverage.xml', '<coverage/>'],
    ['ü.txt', 'é'],
  ]);
});

test('a file that unpacks to more than is allowed is left out, and all that follows', () => {
  const zip = zipFiles([file('small', 'x'), file('bomb', '0'.repeat(10_000_000)), file('after', 'y')]);
  expect([...readZip(zip, all, 1000).keys()]).toEqual(['small']);
});

test('an archive of more entries than anyone writes is not read', () => {
  const zip = zipFiles(Array.from({ length: 1001 }, (_, index) => file(`f${index}`, 'x')));
  expect(readZip(zip, all, 1_000_000).size).toBe(0);
});

test('stored entries that all point at the same bytes count each for itself', () => {
  const zip = zipFiles([file('a', 'x'), file('b', 'y')]);
  for (let at = zip.indexOf('PK\u0001\u0002'); at !== -1; at = zip.indexOf('PK\u0001\u0002', at + 1)) {
    zip.writeUInt16LE(0, at + 10);
    zip.writeUInt32LE(80, at + 20);
    zip.writeUInt32LE(0, at + 24);
  }
  expect([...readZip(zip, all, 100).keys()]).toEqual(['a']);
});

/** With one field of the first entry in the directory, or of its end, overwritten. */
function forged(zip: Buffer, field: number, value: number, mark: string = 'PK\u0001\u0002'): Buffer {
  const made = Buffer.from(zip);
  made.writeUInt32LE(value, made.lastIndexOf(mark, made.indexOf('PK\u0005\u0006')) + field);
  return made;
}

test('a packed entry that says to be small is not unpacked further than it says', () => {
  const bomb = zipFiles([file('bomb', '0'.repeat(200_000_000))]);
  for (const claimed of [0, 100, 300_000]) {
    const began = process.cpuUsage();
    expect(readZip(forged(bomb, 24, claimed), all, 4_000_000).size).toBe(0);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1000).toBeLessThan(200);
  }
});

test.each([
  ['a size', 24, 0xfffffff0],
  ['a size in an extra field that is not there', 24, 0xffffffff],
  ['a packed size', 20, 0xfffffff0],
  ['an offset', 42, 0x7ffffff0],
  ['an offset of the directory itself', 42, 60],
])('%s that is not true leaves nothing', (_, field, value) => {
  expect(readZip(forged(zipFiles([file('a', 'some text'.repeat(20))]), field, value), all, 5_000_000_000).size).toBe(0);
});

test('names that lead elsewhere are names of files in memory, and nothing else', () => {
  const names = ['../../etc/passwd', '/abs', 'C:\\x', 'a\0b', 'constructor'];
  const zip = zipFiles(names.map((name) => file(name, 'x')));
  expect([...readZip(zip, all, 1000).keys()]).toEqual(names);
});

test('no archive, damaged or cut anywhere, does more than say less', () => {
  const zip = zipFiles([file('a', 'some text'), file('b', 'other text'.repeat(100))]);
  const damage = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(damage, fc.nat(zip.length), (changes, length) => {
      const broken = Buffer.from(zip);
      for (const [at, value] of changes) broken[at] = value;
      const files = readZip(broken.subarray(0, length), all, 5000);
      for (const text of files.values()) expect(text.length).toBeLessThanOrEqual(5000);
    }),
  );
  expect(readZip(Buffer.from('no archive'), all, 1000).size).toBe(0);
});
