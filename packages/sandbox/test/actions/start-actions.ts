// A sandbox with an organisation, people and repositories, for the tests of checks, issues and Actions.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../src/world/actor.ts';
import { movableClock, stamp, type MovableClock } from '../../src/world/clock.ts';
import type { Repository } from '../../src/world/records.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/server/server.ts';
import type { Emission } from '../../src/world/world.ts';

export type Bench = {
  sandbox: Sandbox;
  clock: MovableClock;
  events: Emission[];
  tokens: { teacher: string; student: string };
  repository: (
    name: string,
    options?: { private?: boolean; collaborators?: string[]; owner?: string },
  ) => Promise<Repository>;
  push: (repository: Repository, files: Record<string, string>, options?: PushOptions) => Promise<string>;
  api: (method: string, path: string, options?: ApiOptions) => Promise<Answer>;
  settle: () => Promise<void>;
  stop: () => Promise<void>;
};
type PushOptions = { message?: string; ref?: string; as?: string; actor?: Actor; emit?: boolean };
type ApiOptions = { token?: string; body?: unknown; headers?: Record<string, string> };
// A test reads any field of any answer.
export type Answer = { status: number; body: any; headers: Headers };

export async function startBench(options: Partial<SandboxOptions> = {}): Promise<Bench> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'practicum-sandbox-'));
  const clock = movableClock(new Date('2027-01-11T08:00:00Z'));
  const sandbox = await startSandbox({
    dir,
    clock,
    log: (line) => process.env['SANDBOX_LOG'] && process.stderr.write(`${line}\n`),
    ...options,
  });
  const events: Emission[] = [];
  sandbox.onEvent((emission) => void events.push(emission));
  const { admin, state } = sandbox;
  const known = state.accountByLogin('teacher') !== undefined;
  const teacher = known ? admin.createToken({ login: 'teacher' }).token : admin.createUser({ login: 'teacher' }).token;
  const student = known ? admin.createToken({ login: 'alice' }).token : admin.createUser({ login: 'alice' }).token;
  if (!known) admin.createOrganization({ login: 'course', owner: 'teacher' });

  const repository: Bench['repository'] = async (
    name,
    { private: closed = false, collaborators = [], owner = 'course' } = {},
  ) => {
    const now = stamp(clock.now());
    const made: Repository = {
      id: state.nextId(),
      owner: state.accountByLogin(owner)?.id ?? 0,
      name,
      description: null,
      homepage: null,
      private: closed,
      archived: false,
      isTemplate: false,
      template: null,
      defaultBranch: 'main',
      topics: [],
      settings: {},
      collaborators: {},
      protection: {},
      variables: {},
      nextNumber: 1,
      createdAt: now,
      updatedAt: now,
      pushedAt: null,
    };
    state.store.repositories[made.id] = made;
    state.store.repositoryNames[`${owner}/${name}`.toLowerCase()] = made.id;
    await sandbox.git.create(`${owner}/${name}`, 'main');
    for (const login of collaborators) admin.addCollaborator({ repository: `${owner}/${name}`, login, role: 'push' });
    return made;
  };

  const push: Bench['push'] = async (
    target,
    files,
    { message = 'A commit', ref = 'refs/heads/main', as = 'alice', actor, emit = true } = {},
  ) => {
    const git = sandbox.git.open(state.fullName(target));
    const before = (await git.ref(ref)) ?? '0'.repeat(40);
    const parent = (await git.ref(ref)) ?? (await git.ref('refs/heads/main'));
    const tree = await writeTree(git, parent ? (await git.commit(parent))?.tree : undefined, files);
    const who = { name: as, email: `${as}@example.org`, date: clock.now() };
    const after = await git.writeCommit({
      tree,
      parents: parent ? [parent] : [],
      author: who,
      committer: who,
      message,
      signature: null,
    });
    await git.moveRef(ref, before, after);
    const sender = state.accountByLogin(as);
    if (!sender) throw new Error(`no ${as}`);
    if (emit)
      sandbox.world.emit({
        event: 'push',
        payload: { ref, before, after, created: /^0+$/.test(before), deleted: false, forced: false },
        sender,
        repository: target,
        ...(actor ? { actor } : {}),
      });
    return after;
  };

  const api: Bench['api'] = async (method, path, { token = teacher, body, headers = {} } = {}) => {
    const answer = await fetch(`${sandbox.url}/api/v3${path}`, {
      method,
      headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
      headers: answer.headers,
    };
  };

  const settle = async (): Promise<void> => {
    for (let calm = 0; calm < 3;) {
      calm = sandbox.idle().idle ? calm + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  return {
    sandbox,
    clock,
    events,
    tokens: { teacher, student },
    repository,
    push,
    api,
    settle,
    stop: async () => {
      await sandbox.close();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Git = ReturnType<Sandbox['git']['open']>;

async function writeTree(git: Git, base: string | undefined, files: Record<string, string>): Promise<string> {
  const entries = new Map(((base && (await git.tree(base))) || []).map((entry) => [entry.name, entry]));
  const folders = new Map<string, Record<string, string>>();
  for (const [path, text] of Object.entries(files)) {
    const [first = '', ...rest] = path.split('/');
    if (rest.length === 0)
      entries.set(first, { mode: '100644', name: first, oid: await git.write('blob', Buffer.from(text)) });
    else folders.set(first, { ...folders.get(first), [rest.join('/')]: text });
  }
  for (const [name, inside] of folders)
    entries.set(name, { mode: '040000', name, oid: await writeTree(git, entries.get(name)?.oid, inside) });
  return git.writeTree([...entries.values()]);
}
