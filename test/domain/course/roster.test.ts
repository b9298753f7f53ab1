// Rosters: owners in order, groups gathered, spreadsheets' habits understood.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoster, slugOfGroup } from '../../../src/domain/course/roster.ts';
import { splitCsv } from '../../../src/domain/text/split-csv.ts';
import { bytes } from '../plan/course-for-test.ts';

const owners = (text: string) => parseRoster(bytes(text)).value;

describe('parseRoster', () => {
  it('makes one owner of a student, and one of a group', () => {
    expect(owners('login,id,name,group\nada,1,Ada,\nbob,2,Bob,Blå Hold\ncy,3,,Blå Hold\n')).toEqual([
      { slug: 'ada', kind: 'student', name: 'Ada', members: [{ login: 'ada', id: '1', name: 'Ada' }] },
      {
        slug: 'Bla-Hold',
        kind: 'group',
        name: 'Blå Hold',
        members: [
          { login: 'bob', id: '2', name: 'Bob' },
          { login: 'cy', id: '3' },
        ],
      },
    ]);
  });

  it.each([
    ['semicolons, a mark and CRLF', '\uFEFFlogin;id;name;group\r\nada;1;"Lovelace; Ada";\r\n'],
    ['tabs and another order', 'Name\tLogin\tGroup\tId\nLovelace; Ada\tada\t\t1\n'],
    ['quotes, spaces and empty lines', '"login" , id,name,group\n\n ada ,1,"Lovelace; Ada"\n,,,\n'],
  ])('understands %s', (_, text) => {
    expect(owners(text)).toEqual([
      {
        slug: 'ada',
        kind: 'student',
        name: 'Lovelace; Ada',
        members: [{ login: 'ada', id: '1', name: 'Lovelace; Ada' }],
      },
    ]);
  });

  it('takes the logins of managed accounts', () => {
    expect(owners('login,id,name,group\nada-l_dtu,1,,\n')).toHaveLength(1);
  });

  it('makes names of groups that can be part of a repository name', () => {
    expect(['Team A', 'Ærø & Co.', '../../..', '  ', 'a/b\\c', '.github'].map(slugOfGroup)).toEqual([
      'Team-A',
      'r-Co',
      '',
      '',
      'a-b-c',
      'github',
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(slugOfGroup(name)).toMatch(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$/);
      }),
    );
  });
});

describe('splitCsv', () => {
  it('reads back what was quoted', () => {
    const cell = fc.stringMatching(/^[a-z,;"\n ]{0,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const quoted = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n');
        const { records } = splitCsv(`a,b\n${quoted}`);
        const wanted = rows.filter((row) => row.some((one) => one.trim() !== ''));
        expect(records.slice(1).map(({ fields }) => fields.map(({ text }) => text))).toEqual(wanted);
      }),
    );
  });

  it('remembers lines across quoted line breaks', () => {
    const { records } = splitCsv('a,b\n"x\ny",z\nlast,"\nq"\nend,1\n');
    expect(records.map(({ line }) => line)).toEqual([1, 2, 4, 6]);
  });
});
