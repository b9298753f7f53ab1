// git's smart HTTP protocol: clone, fetch and push, with GitHub's refusals and events.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canRead, mayUseGit } from '../world/access.ts';
import { authenticate, senderOf, type Actor } from '../world/actor.ts';
import { Refusal } from '../world/errors.ts';
import { zeroOid } from '../git/objects.ts';
import { addressOf } from '../http/forwarded.ts';
import { openGit } from '../world/open-git.ts';
import { announceRefs, type RefChange } from '../changes/ref-updates.ts';
import type { Repository } from '../world/records.ts';
import { restrictionsFor } from '../world/rulesets.ts';
import { reviewsNeeded } from '../pulls/required-reviews.ts';
import { runService } from './git-service.ts';
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
  if (!mayUseGit(world.state, actor, repository, reading)) {
    const name = senderOf(actor)?.login;
    throw new Refusal(403, `Permission to ${world.state.fullName(repository)}.git denied to ${name}.`);
  }
  if (!reading && repository.archived) throw new Refusal(403, 'This repository was archived so it is read-only.');
  return { ...found, actor };
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
  const git = openGit(world, repository);
  const service = { ...call, directory: git.directory, ...ruling(world, repository, actor, call), log: world.log };
  if (call.rest !== 'git-receive-pack') return runService(service, request, response);
  await git.exclusively(async () => {
    const before = await git.refs();
    await runService(service, request, response, async () => {
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

/** What the hook of a push is told. */
function ruling(
  world: World,
  repository: Repository,
  actor: Actor,
  call: GitCall,
): { environment: Record<string, string>; hooks?: string } {
  if (call.service !== 'git-receive-pack') return { environment: {} };
  const rules = Object.entries(repository.protection).flatMap(([branch, rule]) => [
    ...(rule.allow_deletions === true ? [] : [`delete:${branch}`]),
    ...(rule.allow_force_pushes === true ? [] : [`force:${branch}`]),
    ...(reviewsNeeded(world, repository, branch, actor) > 0 ? [`review:${branch}`] : []),
  ]);
  return {
    environment: {
      SANDBOX_PROTECTED: rules.join(' '),
      SANDBOX_RULES: restrictionsFor(world, repository, actor).join('\n'),
      SANDBOX_WORKFLOWS: actor.kind === 'installation' && actor.permissions.workflows !== 'write' ? 'no' : 'yes',
    },
    hooks: hooksFolder(world),
  };
}
