// History and merges without starting git say what git says, on histories drawn from a seed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeTree } from '../src/git/change-tree.ts';
import { mergeCommits } from '../src/git/merge.ts';
import { emptyTree } from '../src/git/objects.ts';
import { GitStore, type GitRepository } from '../src/git/store.ts';

const dir = mkdtempSync(join(tmpdir(), 'practicum-walk-'));
const store = new GitStore(dir);
let repository: GitRepository;
beforeAll(async () => {
  repository = await store.create('org/history', 'main');
});
afterAll(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

/** A small seeded generator (mulberry32), 0 to n - 1. */
function drawing(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * n);
  };
}
const paths = ['a', 'b', 'f/a', 'f/b', 'f/g/a', 'h'];

/** Branches and merges; many commits of the same second, as a clock that stands still makes them. */
async function drawHistory(draw: (n: number) => number): Promise<string[]> {
  const commits: string[] = [];
  for (let turn = 0; turn < 30; turn++) {
    const parents = commits.length === 0 ? [] : [commits[commits.length - 1 - draw(Math.min(4, commits.length))]!];
    const first = parents[0] && (await repository.commit(parents[0]));
    let tree = first ? first.tree : emptyTree;
    const other = commits.at(-1 - draw(6));
    if (first && other && other !== parents[0] && draw(3) === 0) {
      const merged = await mergeCommits(repository, parents[0]!, other);
      if (merged.tree !== undefined) {
        tree = merged.tree;
        parents.push(other);
      }
    } else {
      const path = paths[draw(paths.length)]!;
      const oid = await repository.write('blob', Buffer.from(`${draw(4)}\n`.repeat(5)));
      const gone = first !== undefined && draw(6) === 0;
      tree = await changeTree(repository, tree, [{ path, entry: gone ? null : { mode: '100644', oid } }]);
    }
    const person = {
      name: 'A',
      email: 'a@example.org',
      date: new Date(1_700_000_000_000 + Math.floor(turn / 3) * 1000),
    };
    const text = { tree, parents, author: person, committer: person, message: `turn ${turn}\n`, signature: null };
    commits.push(await repository.writeCommit(text));
  }
  return commits;
}

const git = (...args: string[]): string[] => {
  try {
    const out = execFileSync('git', ['--git-dir', repository.directory, ...args], { encoding: 'utf8', stdio: 'pipe' });
    return out.split('\n').filter(Boolean);
  } catch (error) {
    return (error as { stdout: string }).stdout.split('\n').filter(Boolean);
  }
};

test.each([1, 2, 3])('history %i: ranges, paths, ancestors, merge bases and merges', async (seed) => {
  const draw = drawing(seed);
  const commits = await drawHistory(draw);
  for (let look = 0; look < 25; look++) {
    const [one, other] = [commits[draw(commits.length)]!, commits[draw(commits.length)]!];
    expect(await repository.commitsOf(one, [other])).toEqual(git('rev-list', one, `^${other}`));
    const path = ['a', 'f', 'f/g', 'f/a', 'nowhere'][draw(5)]!;
    expect(await repository.commitsOf(one, [], path)).toEqual(git('rev-list', one, '--', path));
    const bases = git('merge-base', '--all', one, other);
    expect(bases.length === 0 ? [undefined] : bases).toContain(await repository.mergeBase(one, other));
    expect(await repository.isAncestor(one, other)).toBe(bases.includes(one));
    const [tree] = git('merge-tree', '--write-tree', '--no-messages', one, other);
    const merged = await mergeCommits(repository, one, other);
    if (merged.tree !== undefined) expect(merged.tree).toBe(tree);
    else expect(git('merge-tree', '--write-tree', '--no-messages', one, other).length).toBeGreaterThan(1);
  }
});
