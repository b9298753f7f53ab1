// Rows that wait for a login, and a login written into its row: nothing else of the file changes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findRows, rosterRows, writeLogins } from '../../../src/domain/course/roster-rows.ts';
import { parseRoster } from '../../../src/domain/course/roster.ts';

const own = 'login,id,name,group\nada,1,Ada Lovelace,\n,2,"Byron, Ben",g1\n';

test.each([
  [
    'our own',
    own,
    [
      ['1', 'ada'],
      ['2', ''],
    ],
  ],
  [
    'semicolons, CRLF and a mark',
    '\uFEFFname;id;login\r\nÉva;0042;\r\nBo;7;bo\r\n',
    [
      ['0042', ''],
      ['7', 'bo'],
    ],
  ],
  [
    'names alone',
    'Full Name,Group\nAda  Lovelace,a\nBen,b\n',
    [
      ['ada lovelace', ''],
      ['ben', ''],
    ],
  ],
  ['Canvas', 'Student,ID,SIS User ID,Section\n"    Points Possible",,,\n"Byron, Ben",9,s9,x\n', [['9', '']]],
  ['an address of a profile', 'name,login\nAda,https://github.com/ada\n', [['ada', 'ada']]],
  ['n/a', 'name,login\nAda,n/a\n', [['ada', '']]],
  ['no header', 'x,y\n1,2\n', []],
  ['nothing', '', []],
] as const)('%s', (_, text, expected) => {
  expect(rosterRows(text).map(({ key, login }) => [key, login])).toEqual(expected);
});

describe('what a person types', () => {
  const rows = rosterRows('login,id,name\n,s1,Ada Lovelace\n,s2,Ben\n,s3,Ben\n,Ben,Carl\n');
  test.each([
    ['S1', ['s1']],
    ['  ada   LOVELACE ', ['s1']],
    ['Carl', ['ben']],
    ['ben', ['ben']],
    ['', []],
    ['*', []],
    ['Ada', []],
  ])('%j', (typed, keys) => expect(findRows(rows, typed).map(({ key }) => key)).toEqual(keys));
  test('two of one name are two', () => expect(findRows(rosterRows('id,name\n1,Ben\n2,Ben\n'), 'ben')).toHaveLength(2));
});

describe('a login is written', () => {
  test.each([
    ['into its cell', own, '2', 'login,id,name,group\nada,1,Ada Lovelace,\nben,2,"Byron, Ben",g1\n'],
    [
      'between quotes that hold a line end',
      'name,login,group\n"B\nen","",g\nC,,\n',
      'b en',
      'name,login,group\n"B\nen",ben,g\nC,,\n',
    ],
    ['as a column of its own', 'Name;Id\r\nÉva;1\r\nBo;2', '2', 'Name;Id;login\r\nÉva;1;\r\nBo;2;ben'],
    ['into a row that ends early', 'name,id,login\nBo,2\n', '2', 'name,id,login\nBo,2,ben\n'],
    ['below a line that names the separator', 'sep=;\nname;id;login\nBo;2;\n', '2', 'sep=;\nname;id;login\nBo;2;ben\n'],
    ['nowhere, for a key that is not there', own, '9', own],
  ])('%s', (_, text, key, expected) => expect(writeLogins(text, new Map([[key, 'ben']]))).toBe(expected));

  test('and taken out again', () => {
    const written = writeLogins(own, new Map([['2', 'ben']]));
    expect(writeLogins(written, new Map([['2', '']]))).toBe(own);
  });

  test('law: what was written is read, every other row stays, and nothing else changes', () => {
    const word = fc.stringMatching(/^[A-Za-zé][A-Za-z é,;"']{0,8}[a-z]$/);
    const quote = (text: string): string => (/[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.nat(7),
        (names, separator, end, hasColumn, chosen) => {
          const header = ['id', 'name', ...(hasColumn ? ['login'] : [])].join(separator);
          const lines = names.map((name, index) =>
            [`i${index}`, quote(name), ...(hasColumn ? [''] : [])].join(separator),
          );
          const text = [header, ...lines, ''].join(end);
          const key = `i${chosen % names.length}`;
          const written = writeLogins(text, new Map([[key, 'grace']]));
          const rows = rosterRows(written);
          expect(rows.map(({ login }) => login)).toEqual(names.map((_, i) => (`i${i}` === key ? 'grace' : '')));
          expect(rows.map(({ id, name }) => [id, name])).toEqual(rosterRows(text).map(({ id, name }) => [id, name]));
          expect(written.split(end)).toHaveLength(text.split(end).length);
          if (hasColumn) expect(writeLogins(written, new Map([[key, '']]))).toBe(text);
          expect(parseRoster(Buffer.from(written)).value?.map(({ slug }) => slug)).toEqual(['grace']);
        },
      ),
    );
  });
});
