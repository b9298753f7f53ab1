// What a team may have done to its repository since it was made from the template: moves, each in an area of its own.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const course = '.github/workflows/course.yml';

/** Twenty lines, some of them another. */
export const lines = (changed: Record<number, string> = {}, end = '\n'): string =>
  Array.from({ length: 20 }, (_, index) => `${changed[index + 1] ?? `line ${index + 1}`}${end}`).join('');
const binary = (byte: number): Buffer => Buffer.from([0, 1, 2, byte, 0, 255, 10, 0]);

/** A working copy of a repository, and what one does to it. */
export type Copy = {
  write: (path: string, content: string | Buffer) => void;
  read: (path: string) => string;
  remove: (path: string) => void;
  move: (from: string, to: string) => void;
  mode: (path: string, mode: number) => void;
  link: (path: string, target: string) => void;
};

export function copyAt(folder: string): Copy {
  const at = (path: string): string => join(folder, path);
  const parent = (path: string): string => {
    mkdirSync(dirname(at(path)), { recursive: true });
    return at(path);
  };
  const remove = (path: string): void => rmSync(at(path), { recursive: true, force: true });
  return {
    remove,
    write: (path, content) => writeFileSync(parent(path), content),
    read: (path) => readFileSync(at(path), 'utf8'),
    move: (from, to) => renameSync(at(from), parent(to)),
    mode: (path, mode) => chmodSync(at(path), mode),
    link: (path, target) => {
      remove(path);
      symlinkSync(target, parent(path));
    },
  };
}

/** The template as it was at first. */
export function makeTemplate(copy: Copy): void {
  for (const path of ['src/train.py', 'src/data.py', 'src/fit.py', 'old.py', 'docs/a.md', 'docs/b.md', 'run.sh'])
    copy.write(path, lines({ 1: `# ${path}` }));
  copy.write('windows.txt', lines({}, '\r\n'));
  copy.write('logo.png', binary(1));
  copy.write(
    course,
    'on: push\njobs:\n  call:\n    uses: __ORGANISATION__/__COURSE_REPOSITORY__/.github/workflows/w.yml@main\n',
  );
}

/** What its teacher changes in week three: of every kind. */
export function mendTemplate(copy: Copy): void {
  copy.write('src/train.py', copy.read('src/train.py').replace('line 10', 'mended by the teacher'));
  copy.write('windows.txt', copy.read('windows.txt').replace('line 10', 'mended by the teacher'));
  copy.write(course, `${copy.read(course)}# newer\n`);
  copy.write('logo.png', binary(2));
  copy.write('new.py', 'of the template\n');
  copy.write('tools/lint.sh', 'lint\n');
  copy.write('docs/c.md', 'of the template\n');
  copy.move('src/fit.py', 'src/project/fit.py');
  copy.remove('old.py');
  copy.mode('run.sh', 0o755);
}

export type Move = { name: string; area: string; do: (copy: Copy) => void };

const edit =
  (path: string, at: number, end = '') =>
  (copy: Copy): void =>
    copy.write(path, copy.read(path).replace(new RegExp(`line ${at}(?=\\r?\\n)`), `mine ${at}${end}`));

/** Every kind of divergence. Lines that a team wrote itself begin with "mine". */
export const moves: Move[] = [
  { name: 'the same line', area: 'train', do: edit('src/train.py', 10) },
  { name: 'the next line', area: 'train', do: edit('src/train.py', 11) },
  { name: 'another line of the file', area: 'train', do: edit('src/train.py', 2) },
  { name: 'rewritten', area: 'train', do: (copy) => copy.write('src/train.py', 'mine, all of it\n') },
  { name: 'deleted what changed', area: 'train', do: (copy) => copy.remove('src/train.py') },
  { name: 'renamed', area: 'train', do: (copy) => copy.move('src/train.py', 'src/learn.py') },
  {
    name: 'renamed and edited',
    area: 'train',
    do: (copy) => {
      edit('src/train.py', 3)(copy);
      copy.move('src/train.py', 'src/learn.py');
    },
  },
  { name: 'made executable', area: 'train', do: (copy) => copy.mode('src/train.py', 0o755) },
  { name: 'a link in its place', area: 'train', do: (copy) => copy.link('src/train.py', 'data.py') },
  {
    name: 'other line endings',
    area: 'train',
    do: (copy) => copy.write('src/train.py', copy.read('src/train.py').replaceAll('\n', '\r\n')),
  },
  {
    name: 'a folder in its place',
    area: 'train',
    do: (copy) => {
      copy.remove('src/train.py');
      copy.write('src/train.py/inside.py', 'mine\n');
    },
  },
  { name: 'edited in Windows lines', area: 'windows', do: edit('windows.txt', 10) },
  { name: 'edited apart in Windows lines', area: 'windows', do: edit('windows.txt', 18) },
  { name: 'Windows lines made plain', area: 'windows', do: (copy) => copy.write('windows.txt', lines()) },
  { name: 'the same picture changed', area: 'logo', do: (copy) => copy.write('logo.png', binary(3)) },
  { name: 'the picture deleted', area: 'logo', do: (copy) => copy.remove('logo.png') },
  { name: 'the picture a text', area: 'logo', do: (copy) => copy.write('logo.png', 'mine\n') },
  { name: 'a file of the same name', area: 'new', do: (copy) => copy.write('new.py', 'mine\n') },
  { name: 'the same new file', area: 'new', do: (copy) => copy.write('new.py', 'of the template\n') },
  { name: 'a folder of that name', area: 'new', do: (copy) => copy.write('new.py/mine.py', 'mine\n') },
  { name: 'a file where a folder comes', area: 'tools', do: (copy) => copy.write('tools', 'mine\n') },
  { name: 'edited what was deleted', area: 'old', do: edit('old.py', 5) },
  { name: 'deleted it too', area: 'old', do: (copy) => copy.remove('old.py') },
  { name: 'renamed what was deleted', area: 'old', do: (copy) => copy.move('old.py', 'kept.py') },
  { name: 'edited what was renamed', area: 'fit', do: edit('src/fit.py', 7) },
  { name: 'deleted what was renamed', area: 'fit', do: (copy) => copy.remove('src/fit.py') },
  { name: 'renamed it elsewhere', area: 'fit', do: (copy) => copy.move('src/fit.py', 'lib/fit.py') },
  { name: 'made executable too', area: 'run', do: (copy) => copy.mode('run.sh', 0o755) },
  { name: 'edited what became executable', area: 'run', do: edit('run.sh', 4) },
  {
    name: 'a workflow of their own in its place',
    area: 'course',
    do: (copy) => copy.write(course, 'on: push\n# mine\n'),
  },
  { name: 'the workflow deleted', area: 'course', do: (copy) => copy.remove(course) },
  { name: 'the folder renamed', area: 'docs', do: (copy) => copy.move('docs', 'documentation') },
  { name: 'a page deleted', area: 'docs', do: (copy) => copy.remove('docs/a.md') },
  { name: 'a page renamed', area: 'docs', do: (copy) => copy.move('docs/a.md', 'docs/z.md') },
  { name: 'another file edited', area: 'data', do: edit('src/data.py', 12) },
  { name: 'another file deleted', area: 'data', do: (copy) => copy.remove('src/data.py') },
  { name: 'another file executable', area: 'data', do: (copy) => copy.mode('src/data.py', 0o755) },
  {
    name: 'another workflow',
    area: 'more',
    do: (copy) => copy.write('.github/workflows/mine.yml', 'on: push\n# mine\n'),
  },
  {
    name: 'strange names',
    area: 'more',
    do: (copy) => {
      for (const path of ['a "b" c.md', 'ünï/ $(x);`y`.md', '-rf', 'two\nlines.md', ' .md']) copy.write(path, 'mine\n');
    },
  },
  {
    name: 'attributes that join lines',
    area: 'more',
    do: (copy) => copy.write('.gitattributes', '* merge=union\n# mine\n'),
  },
  {
    name: 'attributes of line endings',
    area: 'more',
    do: (copy) => copy.write('.gitattributes', '* text=auto eol=crlf\n'),
  },
  {
    name: 'an empty and a large file',
    area: 'more',
    do: (copy) => copy.write('large.csv', 'mine,2,3\n'.repeat(200_000)),
  },
];

/** `count` teams: every move alone, nobody's and everybody's, then several at a time as the seed draws them. */
export function drawTeams(count: number, seed: number): { name: string; moves: Move[] }[] {
  const draw = generator(seed);
  const teams: Move[][] = [[], ...moves.map((move) => [move])];
  while (teams.length < count) {
    const shuffled = moves.map((move) => [draw(), move] as const).toSorted(([a], [b]) => a - b);
    const wanted = 2 + Math.floor(draw() * 5);
    const chosen = new Map<string, Move>();
    for (const [, move] of shuffled) if (chosen.size < wanted && !chosen.has(move.area)) chosen.set(move.area, move);
    teams.push([...chosen.values()]);
  }
  return teams.slice(0, count).map((chosen, index) => ({ name: `team-${index}`, moves: chosen }));
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
