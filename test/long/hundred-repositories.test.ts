// A change of the template reaches a hundred diverged repositories: read from the bare repositories, nothing is lost, and it can be undone.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredTemplateUpdate } from '../../src/ports/repository.ts';
import { withClone } from '../../src/rehearsal/push-files.ts';
import { runWith } from '../cli/run-command.ts';
import { courseFiles, organisation, startLive, type Live } from '../live/start-live.ts';
import { copyAt, course, drawTeams, makeTemplate, mendTemplate, type Copy } from './diverge.ts';

const teams = drawTeams(Number(process.env['TEAMS'] ?? 100), 7);
const repoOf = (name: string): string => `prices-${name}`;
const scratch = mkdtempSync(join(tmpdir(), 'practicum-hundred-'));
let live: Live;
/** Of the template as a repository gets it, before and after. */
let before: Listing;
let after: Listing;
const own = new Map<string, { head: string; files: Listing }>();
let updates: Map<string, StoredTemplateUpdate>;

/** Path → mode and blob. */
type Listing = Map<string, string>;

const identity = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.org',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.org',
};
const environment = { PATH: process.env['PATH'], HOME: scratch, GIT_CONFIG_NOSYSTEM: '1', ...identity };
const options = { encoding: 'utf8', maxBuffer: 1 << 27, env: environment } as const;
const gitAt = (directory: string, ...args: string[]): string =>
  execFileSync('git', ['-C', directory, ...args], options);
const bare = (repository: string): string => live.sandbox.git.directory(`${organisation}/${repository}`);
const git = (team: string, ...args: string[]): string => gitAt(bare(repoOf(team)), ...args);

function list(repository: string, ref: string): Listing {
  const rows = gitAt(bare(repository), 'ls-tree', '-r', '-z', ref).split('\0').filter(Boolean);
  return new Map(
    rows.map((row) => {
      const [facts = '', path = ''] = row.split('\t');
      const [mode, , blob] = facts.split(' ');
      return [path, `${mode} ${blob}`];
    }),
  );
}

/** On the bare repository itself: nobody hears of it, so that all of them are as they are when the template changes. */
function workIn(team: string, work: (folder: string, git: (...args: string[]) => void) => void): void {
  const folder = join(scratch, team);
  mkdirSync(folder);
  const place = {
    GIT_DIR: bare(repoOf(team)),
    GIT_WORK_TREE: folder,
    GIT_INDEX_FILE: join(folder, '..', `${team}.index`),
  };
  const run = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'core.safecrlf=false', ...args], {
      cwd: folder,
      env: { ...environment, ...place },
    });
  run('reset', '--quiet', '--hard');
  work(folder, run);
  rmSync(folder, { recursive: true });
}

function commit(git: (...args: string[]) => void, message: string): void {
  git('add', '--all', '--force', '.');
  git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', message);
}

async function changeTemplate(change: (copy: Copy) => void, message: string): Promise<string> {
  const url = `${live.sandbox.url}/${organisation}/student-template.git`;
  return withClone(url, live.teacher, live.clock.now(), async (directory, own) => {
    change(copyAt(directory));
    await own.add(['--all', '.']).commit(message);
    await own.push('origin', 'main', ['--quiet']);
    return (await own.revparse(['HEAD'])).trim();
  });
}

beforeAll(async () => {
  const students = teams.map(({ name }) => name);
  live = await startLive({ students });
  await live.makeRepository('student-template', { 'README.md': 'A project\n' }, { is_template: true });
  await changeTemplate(makeTemplate, 'Begin');
  await live.makeRepository('course', courseFiles(students));
  live.install();
  await live.pass(60);
  before = list(repoOf(students[0]!), 'main');
  for (const [index, team] of teams.entries()) {
    // Some in one commit, some in one for each move.
    workIn(team.name, (folder, run) => {
      for (const [step, move] of team.moves.entries()) {
        move.do(copyAt(folder));
        if (index % 3 === 0 || step === team.moves.length - 1) commit(run, move.name);
      }
    });
    own.set(team.name, { head: git(team.name, 'rev-parse', 'main').trim(), files: list(repoOf(team.name), 'main') });
  }
  await changeTemplate(mendTemplate, 'Mend it');
  await live.pass(60);
  after = list('student-template', 'main');
  const filled = join(scratch, 'course.yml');
  writeFileSync(
    filled,
    gitAt(bare('student-template'), 'show', `main:${course}`)
      .replace('__ORGANISATION__', organisation)
      .replace('__COURSE_REPOSITORY__', 'course'),
  );
  after.set(course, `100644 ${gitAt(scratch, 'hash-object', '--no-filters', filled).trim()}`);
  updates = new Map((await live.store.templateUpdates(organisation)).map((update) => [update.repository, update]));
});
afterAll(async () => {
  await live?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const changed = (one: Listing, other: Listing): Set<string> =>
  new Set([...one.keys(), ...other.keys()].filter((path) => one.get(path) !== other.get(path)));

/** Where the merge is to be looked at: the branch itself, or the pull request's. */
function resultOf(team: string, { state, commit }: StoredTemplateUpdate): string {
  return state === 'committed' || state === 'current' ? 'main' : commit!;
}

/** Lines of the team's own, in all text of a commit. */
function mineIn(team: string, ref: string): string[] {
  const arguments_ = ['grep', '-h', '-a', '-E', '^(# )?mine', ref, '--'];
  // Ends with 1 where nothing was found.
  const { stdout, status } = spawnSync('git', ['-C', bare(repoOf(team)), ...arguments_], { ...options });
  if (status !== 0 && status !== 1) throw new Error(`git grep ended with ${status}`);
  const found = stdout.split('\n');
  return [...new Set(found.map((line) => line.trimEnd()).filter(Boolean))];
}

test('every repository was reached, and every kind of ending is among them', async () => {
  expect([...updates.keys()].toSorted()).toEqual(teams.map(({ name }) => repoOf(name)).toSorted());
  const states = [...updates.values()].map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(['committed', 'proposed', 'conflict']));
  for (const state of ['committed', 'proposed', 'conflict'])
    expect(states.filter((one) => one === state).length, state).toBeGreaterThan(4);
  const { out } = await runWith({ DATABASE_URL: live.database.url }, 'template', 'status');
  for (const { name } of teams) expect(out).toContain(`${organisation}/${repoOf(name)}`);
  expect(out).toMatch(/\d+ committed/);
});

test.each(teams)('$name: nothing of theirs is lost', ({ name, moves }) => {
  const { head, files } = own.get(name)!;
  const update = updates.get(repoOf(name))!;
  const what = `${moves.map((move) => move.name).join(', ')}: ${update.state}`;
  const theirs = changed(before, files);
  const templates = changed(before, after);
  const both = [...templates].filter((path) => theirs.has(path) && files.get(path) !== after.get(path));
  const main = git(name, 'rev-parse', 'main').trim();
  const result = resultOf(name, update);
  const now = list(repoOf(name), result);

  // History: their commit is what the result was made from, and their branch moved only where nobody had touched these files.
  expect(git(name, 'rev-parse', `${result}^`).trim(), what).toBe(head);
  if (update.state !== 'committed') expect(main, what).toBe(head);
  expect(update.state === 'committed', what).toBe(
    [...templates].every((path) => !theirs.has(path)) && update.conflicts.length === 0,
  );
  expect(new Set(update.files), what).toEqual(templates);

  // Files: each side's own change is there as it was made; only where both changed a file may it be anything else.
  const moved = moves.some(({ name }) => /renamed|folder/.test(name)) || update.conflicts.length > 0;
  for (const path of new Set([...files.keys(), ...after.keys(), ...before.keys()])) {
    if (both.includes(path)) continue;
    if (moved && now.get(path) !== (templates.has(path) ? after : files).get(path)) continue;
    expect(now.get(path), `${what}: ${path}`).toBe((templates.has(path) ? after : files).get(path));
  }
  // What git followed to another name, or put beside the other side's: not a line of theirs is gone.
  const lost = mineIn(name, head).filter((line) => !mineIn(name, result).includes(line));
  expect(lost, what).toEqual([]);
  // Of what is no text, theirs was kept.
  if (both.includes('logo.png') && files.has('logo.png'))
    expect(
      [...now.values()].map((value) => value.split(' ')[1]),
      what,
    ).toContain(files.get('logo.png')!.split(' ')[1]);
});

test('what was put on a branch directly can be undone by its own words, also after more work', () => {
  const committed = teams.filter(({ name }) => updates.get(repoOf(name))!.state === 'committed');
  for (const { name } of committed) {
    const update = updates.get(repoOf(name))!.commit!;
    expect(git(name, 'log', '-1', '--format=%B', update)).toContain('git revert');
    workIn(name, (folder, run) => {
      writeFileSync(join(folder, 'later.md'), 'mine\n');
      commit(run, 'Go on');
      run('revert', '--no-edit', update);
    });
    const now = list(repoOf(name), 'main');
    now.delete('later.md');
    expect(now, name).toEqual(own.get(name)!.files);
  }
});

test('a merged pull request can be undone as well', async () => {
  const proposed = teams.filter(({ name }) => updates.get(repoOf(name))!.state === 'proposed').slice(0, 5);
  for (const { name } of proposed) {
    const { pullRequest } = updates.get(repoOf(name))!;
    const place = { owner: organisation, repo: repoOf(name), pull_number: pullRequest! };
    await live.asTeacher.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', place);
    workIn(name, (_, run) => run('revert', '--no-edit', '-m', '1', 'HEAD'));
    expect(list(repoOf(name), 'main'), name).toEqual(own.get(name)!.files);
  }
});
