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
    expect(['Team A', 'Ærø & Co.', '../..', '  ', 'a/b\\c', '.github'].map(slugOfGroup)).toEqual([
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
        const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
        const { records } = splitCsv(`a,b\n${quoted}`);
        const wanted = rows.filter((row) => row.some((text) => text.trim() !== ''));
        expect(records.slice(1).map(({ fields }) => fields.map(({ text }) => text))).toEqual(wanted);
      }),
    );
  });

  it('remembers lines across quoted line breaks', () => {
    const { records } = splitCsv('a,b\n"x\ny",z\nlast,"\nq"\nend,1\n');
    expect(records.map(({ line }) => line)).toEqual([1, 2, 4, 6]);
  });
});

const read = (text: string) => {
  const { value, problems } = parseRoster(bytes(text));
  return { logins: value?.flatMap(({ members }) => members.map(({ login }) => login)), problems };
};
const codes = (text: string) => read(text).problems.map(({ code, level, line }) => `${line} ${level} ${code}`);

describe('rosters as other systems write them', () => {
  it.each([
    [
      'GitHub Classroom',
      '"identifier","github_username","github_id","name"\n"24100001","ada-l","123","Ada L"\n"24100002","bob","7","Bob"\n',
    ],
    ['Classroom 50', 'username,first_name,last_name,email,section,github_id\nada-l,Ada,L,a@x,1,123\nbob,B,B,b@x,1,7\n'],
    ['Excel with a mark', '\uFEFFsep=;\r\nLogin;Id;Full Name;E-mail\r\nada-l;1;Ada L;a@x\r\nbob;2;Bob;b@x\r\n'],
    ['profiles', 'login,id,name,group\nhttps://github.com/ada-l,1,Ada,\n@bob\u200B,2,Bob,\n'],
    [
      'Moodle in German',
      'Vorname;Nachname;ID-Nummer;E-Mail-Adresse;GitHub-Benutzername\nAda;L;1;a@x;ada-l\nBo;B;2;b@x;bob\n',
    ],
    ['Moodle in French', 'Prénom,Nom,Numéro d’identification,Identifiant GitHub\nAda,L,1,ada-l\nBo,B,2,bob\n'],
    ['logins of the university beside', 'login,github_username,name\na@x,ada-l,Ada\nb@x,bob,Bob\n'],
    ['first accounts', 'login,id,name,group\nada-l,1,Ada,\nbob,2,Bob,\n'],
  ])('%s', (_, text) => expect(read(text).logins).toEqual(['ada-l', 'bob']));

  it('keeps id and name of Classroom, and says who has not claimed a row', () => {
    const text =
      '"identifier","github_username","github_id","name"\n"24100001","ada-l","123","Ada L"\n"24100002","","",""\n';
    expect(owners(text)).toMatchObject([{ members: [{ login: 'ada-l', id: '24100001', name: 'Ada L' }] }]);
    expect(codes(text)).toEqual(['3 warning no-login']);
  });

  it.each([
    [
      'Canvas',
      'Student,ID,SIS User ID,SIS Login ID,Section,Quiz (1)\n"    Points Possible",,,,,10\n"Lovelace, Ada",1,24,ada,S1,\n"Student, Test",9,,x,S1,\n',
    ],
    ['Moodle', 'First name,Last name,Username,ID number,Email address,Groups\nAda,Lovelace,adal,24,a@x,Team A\n'],
  ])('%s knows no logins: the names are said, and nobody is guessed', (_, text) => {
    const { logins, problems } = read(text);
    expect(logins).toEqual([]);
    const said = problems.filter(({ code }) => code === 'no-login');
    expect(said).toHaveLength(1);
    expect(said[0]!.message).toMatch(/: (?:Lovelace, Ada|Ada Lovelace) get nothing/);
  });

  it('groups are groups in other languages, too, and a cell with two of them is refused', () => {
    const text = 'Fornavn,Efternavn,ID-nummer,Grupper,GitHub\nAda,L,1,g1,ada\nBo,B,2,g1,bob\n';
    expect(owners(text)).toMatchObject([{ slug: 'g1', members: [{ id: '1', name: 'Ada L' }, { id: '2' }] }]);
    expect(codes(text)).toEqual([]);
    expect(codes('login,id,name,group\nada,1,Ada,"g1, g2"\nbob,2,Bob,g1\n')).toEqual(['2 error bad-group']);
  });

  it('one without an account does not stop the others', () => {
    const text = 'login,id,name,group\n,24100002,Bob,\nada,1,Ada,\n';
    expect(read(text).logins).toEqual(['ada']);
    expect(codes(text)).toEqual(['2 warning no-login']);
    expect(read(text).problems[0]!.message).toContain('Bob has no GitHub login yet');
  });

  it('a field too many never makes a group, even an empty one', () => {
    expect(codes('login,id,name,group\nlogin,1,Surname, Given,\n')).toEqual(['2 error roster-row']);
    expect(read('login,id,name,group\nada,1,Ada,,\n').logins).toEqual(['ada']);
  });

  it('logins of the first years are taken', () =>
    expect(read('login,id,name,group\na--b,1,,\nc-,2,,\n').logins).toEqual(['a--b', 'c-']));

  it.each(['-', 'n/a', 'NA', '?', 'TBD', 'none', '#N/A'])(
    '%s stands for no account, not for that of a stranger',
    (word) => {
      const text = `login,id,name,group\n${word},24100002,Bob,\nada,1,Ada,\n`;
      expect(read(text).logins).toEqual(['ada']);
      expect(codes(text)).toEqual(['2 warning no-login']);
    },
  );

  it('ten thousand groups are read at once', { timeout: 5000 }, () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => `u${index},${index},N,g${index}\n`);
    expect(owners(`login,id,name,group\n${rows.join('')}`)).toHaveLength(10_000);
  });
});
