// The course's workflows under a runner that is not ours: nektos/act, in host mode, with stand-ins for the actions of others
// behind the very commits that the workflows name. Where Go is missing it is set aside, and says so.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { knownActions } from '../../packages/sandbox/src/actions/workflow/resolve-known.ts';
import { bundleAction } from '../../scripts/bundle-action.ts';
import { root } from '../project-files.ts';
import { standIns } from './act/stand-ins.ts';

const version = 'v0.2.89';
const tools = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'practicum/linters');
const go = spawnSync('go', ['version']).status === 0;

/** The runner, built once for a machine; undefined without Go or its modules. */
function installAct(): string | undefined {
  const act = join(tools, `act-${version}`);
  if (existsSync(act)) return act;
  if (!go) return undefined;
  mkdirSync(tools, { recursive: true });
  const env = { ...process.env, GOBIN: tools };
  const built = spawnSync('go', ['install', `github.com/nektos/act@${version}`], { env, timeout: 900_000 });
  if (built.status !== 0) return undefined;
  cpSync(join(tools, 'act'), act);
  chmodSync(act, 0o755);
  return act;
}

const folder = mkdtempSync(join(tmpdir(), 'practicum-act-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let act: string | undefined;
const replaced: string[] = [];
beforeAll(async () => {
  act = installAct();
  if (act === undefined) return void console.log('set aside: act, which needs Go and its module proxy');
  for (const [name, text] of Object.entries(standIns)) {
    const place = join(folder, 'actions', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'action.yml'), text);
    replaced.push('--local-repository', `${name}@${knownActions.get(name)!.sha}=${place}`);
  }
  await bundleAction(join(folder, 'practicum/action'));
  replaced.push('--local-repository', `practicum/practicum@v1=${join(folder, 'practicum')}`);
});

function run(event: string, files: Record<string, string>, workflow: string): { status: number | null; log: string } {
  const work = mkdtempSync(join(folder, 'work-'));
  const place = join(work, '.github/workflows', workflow);
  mkdirSync(dirname(place), { recursive: true });
  cpSync(join(root, 'templates/course/.github/workflows', workflow), place);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(work, path), text);
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', work, ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '--message', 'Work');
  const env = { ...process.env, HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'home/.cache') };
  const given = ['-P', 'ubuntu-latest=-self-hosted', '--env', `ARTIFACT=${join(work, '../artifact')}`, ...replaced];
  const ran = spawnSync(act!, [event, ...given], { cwd: work, env, encoding: 'utf8', timeout: 300_000 });
  return { status: ran.status, log: `${ran.stdout}${ran.stderr}` };
}

const pipeline = (command: string): string =>
  `version: 1\nname: x\ntasks:\n  a: { run: ${command}, outputs: { o: a.txt } }\n`;

describe('under act', () => {
  test('every action that the counted workflow uses has a stand-in', () => {
    const text = readFileSync(join(root, 'templates/course/.github/workflows/practicum.yml'), 'utf8');
    const used = [...text.matchAll(/uses: ([\w-]+\/[\w-]+)@/g)].map(([, name]) => name!);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(standIns).toSorted());
  });

  test('the counted workflow: two jobs, the outcome as an output, logs and model as an artifact', () => {
    if (act === undefined) return;
    const { status, log } = run('workflow_call', { 'pipeline.yml': pipeline('echo hi > a.txt') }, 'practicum.yml');
    expect(status, log).toBe(0);
    expect(log).toContain('The job that reports has the rest in its summary.');
    expect(log).toMatch(/set-output:: json=\{"conclusion":"success"/);
    expect(log).not.toContain('did not arrive');
  });

  test('a pipeline that fails is reported by the second job all the same', () => {
    if (act === undefined) return;
    const { status, log } = run('workflow_call', { 'pipeline.yml': pipeline('"false"') }, 'practicum.yml');
    expect(status).not.toBe(0);
    expect(log).toMatch(/set-output:: json=\{"conclusion":"failure"/);
    expect(log).toContain('## a failed');
  });

  test('a course with a mistake fails its check, on its line', () => {
    if (act === undefined) return;
    const { status, log } = run('push', { 'challenge.yml': 'version: 1\nname: x\nnonsense: 1\n' }, 'check.yml');
    expect(status).not.toBe(0);
    expect(log).toContain('nonsense');
  });
});
