// git's smart HTTP protocol, by `git http-backend`: clone, fetch and push, with GitHub's refusals and events.
import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canRead, granted, reaches, roleAtLeast, roleOf } from '../world/access.ts';
import { authenticate, senderOf, type Actor } from '../world/actor.ts';
import { Refusal } from '../world/errors.ts';
import { zeroOid } from '../git/objects.ts';
import { gitEnvironment } from '../git/spawn.ts';
import { addressOf } from '../http/forwarded.ts';
import { openGit } from '../world/open-git.ts';
import { announceRefs, type RefChange } from '../changes/ref-updates.ts';
import type { Repository } from '../world/records.ts';
import { restrictionsFor } from '../world/rulesets.ts';
import { reviewsNeeded } from '../pulls/required-reviews.ts';
import { hooksFolder } from './update-hook.ts';
import type { World } from '../world/world.ts';

export type GitCall = { owner: string; name: string; service: string; rest: string };

/** The parts of a git URL, or undefined for any other. */
export function parseGitUrl(url: URL): GitCall | undefined {
  const found = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname);
  if (!found) return undefined;
  const [, owner = '', name = '', rest = ''] = found;
  const service = rest === 'info/refs' ? (url.searchParams.get('service') ?? '') : rest;
  return /^git-(upload|receive)-pack$/.test(service) ? { owner, name, service, rest } : undefined;
}

/** Decides as GitHub does, in words that git shows to the person. */
function admit(
  world: World,
  request: IncomingMessage,
  call: GitCall,
): { repository: Repository; actor: Actor; renamed: boolean } {
  const actor = authenticate(world.state, request.headers);
  const found = world.state.repositoryByName(call.owner, call.name);
  if (!found || !canRead(world.state, actor, found.repository)) {
    if (actor.kind === 'anonymous') throw new Refusal(401, 'Authentication required.');
    throw new Refusal(404, 'Repository not found.');
  }
  const { repository } = found;
  const reading = call.service === 'git-upload-pack';
  if (actor.kind === 'anonymous' && !reading) throw new Refusal(401, 'Authentication required.');
  if (actor.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
  if (!mayUse(world, actor, repository, reading)) {
    const name = senderOf(actor)?.login;
    throw new Refusal(403, `Permission to ${world.state.fullName(repository)}.git denied to ${name}.`);
  }
  if (!reading && repository.archived) throw new Refusal(403, 'This repository was archived so it is read-only.');
  return { ...found, actor };
}

function mayUse(world: World, actor: Actor, repository: Repository, reading: boolean): boolean {
  if (actor.kind === 'installation') {
    if (!reaches(actor, repository)) return reading && !repository.private;
    return granted(actor.permissions, { permission: 'contents', level: reading ? 'read' : 'write' });
  }
  if (reading || actor.kind !== 'user') return reading;
  return roleAtLeast(roleOf(world.state, actor.account.id, repository), 'push');
}

export async function serveGit(
  world: World,
  call: GitCall,
  request: IncomingMessage,
  response: ServerResponse,
  save: () => Promise<void>,
): Promise<void> {
  let admitted: ReturnType<typeof admit>;
  try {
    admitted = admit(world, request, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(response, error);
    request.resume();
    return;
  }
  const { repository, actor, renamed } = admitted;
  const name = world.state.fullName(repository);
  if (renamed && call.rest === 'info/refs') {
    const location = `${addressOf(world, request)}/${name}.git/info/refs?service=${call.service}`;
    response.writeHead(301, { location }).end();
    return;
  }
  if (call.rest !== 'git-receive-pack') return runBackend(world, repository, actor, call, request, response);
  const git = openGit(world, repository);
  await git.exclusively(async () => {
    const before = await git.refs();
    await runBackend(world, repository, actor, call, request, response, async () => {
      await announceRefs(world, repository, difference(before, await git.refs()), actor);
      await save();
    });
  });
}

function difference(before: Map<string, string>, after: Map<string, string>): RefChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? zeroOid, after: after.get(ref) ?? zeroOid }))
    .filter((change) => change.before !== change.after);
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response.writeHead(status, {
    'content-type': 'text/plain',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {}),
  });
  response.end(`${message}\n`);
}

function backendEnvironment(
  world: World,
  repository: Repository,
  actor: Actor,
  call: GitCall,
  request: IncomingMessage,
): NodeJS.ProcessEnv {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const rules = Object.entries(repository.protection).flatMap(([branch, rule]) => [
    ...(rule.allow_deletions === true ? [] : [`delete:${branch}`]),
    ...(rule.allow_force_pushes === true ? [] : [`force:${branch}`]),
    ...(reviewsNeeded(world, repository, branch, actor) > 0 ? [`review:${branch}`] : []),
  ]);
  return gitEnvironment(
    {
      GIT_PROJECT_ROOT: world.git.root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${world.state.fullName(repository)}.git/${call.rest}`,
      REQUEST_METHOD: request.method ?? 'GET',
      QUERY_STRING: call.rest === 'info/refs' ? `service=${call.service}` : '',
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: header('content-length'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: senderOf(actor)?.login ?? '',
      REMOTE_ADDR: '127.0.0.1',
      SANDBOX_PROTECTED: rules.join(' '),
      SANDBOX_RULES: restrictionsFor(world, repository, actor).join('\n'),
      SANDBOX_WORKFLOWS: actor.kind === 'installation' && actor.permissions.workflows !== 'write' ? 'no' : 'yes',
    },
    call.service === 'git-receive-pack' ? [['core.hooksPath', hooksFolder(world)]] : [],
  );
}

/** Streams the request into the backend and its answer out; `finish` runs before the client sees the end. */
function runBackend(
  world: World,
  repository: Repository,
  actor: Actor,
  call: GitCall,
  request: IncomingMessage,
  response: ServerResponse,
  finish: () => Promise<void> = async () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env: backendEnvironment(world, repository, actor, call, request) });
    let head = Buffer.alloc(0);
    let open = false;
    child.stdin.on('error', () => {});
    request.pipe(child.stdin);
    request.on('error', () => child.kill());
    response.on('close', () => {
      if (!response.writableFinished && call.service === 'git-upload-pack') child.kill();
    });
    child.stderr.on('data', (chunk: Buffer) => world.log(`git http-backend: ${chunk.toString().trim()}`));
    child.stdout.on('data', (chunk: Buffer) => {
      if (open) return void (response.write(chunk) || pause(child.stdout, response));
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      open = true;
      writeHead(response, head.toString('latin1', 0, end));
      response.write(head.subarray(end + 4));
    });
    child.on('error', reject);
    child.on('close', () => {
      if (!open) response.writeHead(500);
      finish().then(() => {
        response.end();
        resolve();
      }, reject);
    });
  });
}

function pause(stream: NodeJS.ReadableStream, response: ServerResponse): void {
  if (response.destroyed) return;
  stream.pause();
  const go = () => {
    response.off('drain', go).off('close', go);
    stream.resume();
  };
  response.on('drain', go).on('close', go);
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers[name.toLowerCase()] = value;
  }
  response.writeHead(status, headers);
}
