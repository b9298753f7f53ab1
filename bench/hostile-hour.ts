// An hour of a course in which honest students work and hostile ones do the worst that is known, all of it at once.
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Octokit } from '@octokit/rest';
import type { MovableClock, Person, Sandbox } from '@practicum/sandbox';
import { clientOf } from '../src/rehearsal/world.ts';
import { attacks, type Attacker } from './hostile-attacks.ts';

export const organisation = 'mlops';
export const starts = new Date('2027-01-11T09:00:00Z');
const minute = 60_000;
const rounds = 12;

export type Hour = {
  sandbox: Sandbox;
  clock: MovableClock;
  /** Where the app listens. */
  appUrl: string;
  teacher: Person;
  honest: readonly Person[];
  hostile: readonly Person[];
  /** Until nothing more happens at the present course time. */
  quiet: () => Promise<void>;
  tell?: (line: string) => void;
};

export const repositoryOf = ({ login }: Pick<Person, 'login'>): string => `heat-${login}`;

/** A course with data, a question, a service that is probed and a page of milestones: whatever can be attacked. */
export function hostileCourse(logins: readonly string[]): Record<string, string> {
  const rows = Array.from(
    { length: 120 },
    (_, at) => `${at},${(at * 37) % 100},${(at * 37) % 100 >= 50 ? 'hot' : 'cold'}`,
  );
  return {
    'course.yml': 'version: 1\ntitle: Heat\ntimezone: UTC\nrepositories: { template: student-template }\n',
    'roster.csv': `login,name\n${logins.map((login) => `${login},${login}\n`).join('')}`,
    'challenges/heat/challenge.yml': `version: 1
name: heat
title: Hot or cold
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: label, hold_out: 20% }
releases: { first: 2027-01-11T09:00, every: 7d, proportions: [0.5, 0.5], path: "data/{release}.csv", carrier: commit }
requests:
  - { on: release, kind: calculated_feature, formula: "double = x * 2", rows: 4, answer_within: 2d, attempts: 3 }
endpoint: { every: 5m, wait: 5s, availability: { pass: 70%, full: 99% }, window: 1h }
milestones: { coverage: 60% }
score: { data: 20, requests: 20, endpoint: 20, quality: 20, hygiene: 20 }
`,
    'challenges/heat/data.csv': `id,x,label\n${rows.join('\n')}\n`,
  };
}

/** Every honest student's service behind one port, each below its own path, each naming its repository. */
export async function serveHonest(): Promise<{ urlOf: (login: string) => string; close: () => void }> {
  const server = createServer(async (asked, answer) => {
    let text = '';
    for await (const chunk of asked) text += String(chunk);
    const [, login = '', what = ''] = (asked.url ?? '').split('/');
    const reply = (status: number, body: unknown): void =>
      void answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (what === 'health') return reply(200, {});
    if (what === 'metadata')
      return reply(200, { nonce: asked.headers['practicum-nonce'], repository: `${organisation}/heat-${login}` });
    if (what !== 'predict') return reply(404, {});
    const { request_id, instances } = JSON.parse(text) as { request_id: string; instances: { x: unknown }[] };
    if (instances.some(({ x }) => typeof x !== 'number')) return reply(422, {});
    const predictions = instances.map(({ x }) => (Number(x) >= 50 ? 'hot' : 'cold'));
    return reply(200, { request_id, predictions, api_version: '1', model_version: '1' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = (server as Server).address() as AddressInfo;
  return {
    urlOf: (login) => `http://127.0.0.1:${port}/${login}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Milliseconds of machine time from each honest answer's push to its verdict on the commit. */
export async function playHour(hour: Hour, urlOf: (login: string) => string): Promise<number[]> {
  const { sandbox, clock, honest, hostile } = hour;
  const verdicts = watchVerdicts(sandbox);
  clock.set(new Date(starts.getTime() + minute));
  await hour.quiet();
  for (const person of honest) await put(hour, person, 'practicum.yml', `endpoint: ${urlOf(person.login)}\n`);
  await hour.quiet();
  const waits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const attacking = hostile.map((person, at) =>
      attack(hour, person, at + round, urlOf(honest[at % honest.length]!.login)),
    );
    // GitHub is not what is measured, and here it is one process: it has taken all of it before the honest ones push.
    await Promise.all(attacking);
    const due = honest.filter((_, at) => at % rounds === round);
    for (const person of due) {
      const sha = await answer(hour, person);
      const began = performance.now();
      await verdicts.of(sha);
      waits.push(performance.now() - began);
    }
    if (round === rounds / 2) await put(hour, hour.teacher, 'NOTES.md', `round ${round}\n`, 'student-template');
    await hour.quiet();
    clock.advance(5 * minute);
    await hour.quiet();
    hour.tell?.(`round ${round + 1} of ${rounds}`);
  }
  verdicts.stop();
  return waits;
}

async function attack(hour: Hour, person: Person, turn: number, classmate: string): Promise<void> {
  const { sandbox, clock, appUrl } = hour;
  const client = clientOf(sandbox, person);
  const attacker: Attacker = {
    sandbox,
    organisation,
    person,
    repository: repositoryOf(person),
    now: clock.now(),
    client,
    appUrl,
    classmate,
    put: (path, text) => put(hour, person, path, text),
    post: (path, body, headers) => post(`${appUrl}${path}`, body, headers),
  };
  const names = Object.keys(attacks);
  await attacks[names[turn % names.length]!]!(attacker);
}

/** One file by GitHub's API, whatever is there. */
async function put(
  { sandbox }: Pick<Hour, 'sandbox'>,
  person: Person,
  path: string,
  text: string,
  repo = repositoryOf(person),
): Promise<string> {
  const client = clientOf(sandbox, person);
  const at = { owner: organisation, repo, path };
  for (;;) {
    const sha = await shaOf(client, at);
    const content = Buffer.from(text).toString('base64');
    const made = await client
      .request('PUT /repos/{owner}/{repo}/contents/{path}', {
        ...at,
        message: 'Work',
        content,
        ...(sha ? { sha } : {}),
      })
      .catch((error: { status?: number }) => {
        // The app has committed meanwhile.
        if (error.status !== 409) throw error;
        return undefined;
      });
    if (made) return made.data.commit.sha!;
  }
}

async function shaOf(client: Octokit, at: { owner: string; repo: string; path: string }): Promise<string | undefined> {
  return client.request('GET /repos/{owner}/{repo}/contents/{path}', at).then(
    ({ data }) => (data as { sha: string }).sha,
    () => undefined,
  );
}

async function answer(hour: Hour, person: Person): Promise<string> {
  const client = clientOf(hour.sandbox, person);
  const at = { owner: organisation, repo: repositoryOf(person) };
  const read = async (path: string): Promise<string> => {
    const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', { ...at, path });
    return Buffer.from((data as { content: string }).content, 'base64').toString();
  };
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', { ...at, path: 'requests' });
  const { id, file, items } = JSON.parse(await read((data as { path: string }[])[0]!.path)) as {
    id: string;
    file: string;
    items: number[];
  };
  const [, ...lines] = (await read(file)).trim().split('\n');
  const rows = items.map((row) => `${row},${Number(lines[row]!.split(',')[1]) * 2}`);
  return put(hour, person, `answers/${id}.csv`, `row,double\n${rows.join('\n')}\n`);
}

/** Resolves as soon as a commit has the check run of its answer. */
function watchVerdicts(sandbox: Sandbox): { of: (sha: string) => Promise<void>; stop: () => void } {
  const seen = new Set<string>();
  const waiting = new Map<string, () => void>();
  const stop = sandbox.onEvent(({ event, payload }) => {
    const { check_run: run } = payload as { check_run?: { name: string; head_sha: string; status: string } };
    if (event !== 'check_run' || !run?.name.startsWith('answer ') || run.status !== 'completed') return;
    seen.add(run.head_sha);
    waiting.get(run.head_sha)?.();
  });
  return {
    of: (sha) => (seen.has(sha) ? Promise.resolve() : new Promise((resolve) => void waiting.set(sha, resolve))),
    stop,
  };
}

/** Sends what there is of a body until it is refused; the status, or 0 where the connection was cut. */
export function post(
  url: string,
  body: Iterable<string | Buffer>,
  headers: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve) => {
    const call = request(url, { method: 'POST', headers }, (answered) => {
      answered.resume();
      resolve(answered.statusCode ?? 0);
      call.destroy();
    });
    call.on('error', () => resolve(0));
    const pieces = body[Symbol.iterator]();
    const send = (): void => {
      for (;;) {
        const { value, done } = pieces.next();
        if (done) return void call.end();
        if (call.destroyed) return;
        if (!call.write(value)) return void call.once('drain', send);
      }
    };
    send();
  });
}
