// Git objects and references as GraphQL nodes.
import { stamp } from '../world/clock.ts';
import { entryAt } from '../git/diff-trees.ts';
import type { Commit, Identity, TreeEntry } from '../git/objects.ts';
import { inEmptyWindow } from '../http/empty-window.ts';
import { openGit } from '../world/open-git.ts';
import { nodeId } from '../present/accounts.ts';
import { accountByEmail } from '../present/commits.ts';
import type { Repository } from '../world/records.ts';
import { verificationOf } from '../world/signatures.ts';
import type { Ctx } from '../http/context.ts';
import { connect, type Arguments } from './connection.ts';
import { failed } from './fail.ts';

type Row = Record<string, unknown>;

/** What `file(path:)` of a commit resolves at most. */
const largestFile = 10_000_000;

function common(ctx: Ctx, repository: Repository, kind: string, oid: string): Row {
  return {
    __typename: kind,
    id: nodeId(kind, `${repository.id}:${oid}`),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    commitUrl: `${ctx.url}/${ctx.state.fullName(repository)}/commit/${oid}`,
    backTo: repository,
  };
}

export async function objectNode(ctx: Ctx, repository: Repository, oid: string): Promise<Row | null> {
  const git = openGit(ctx, repository);
  const object = await git.object(oid);
  if (!object) return null;
  if (object.type === 'commit') return commitNode(ctx, repository, await git.commit(oid));
  if (object.type === 'tree') return treeNode(ctx, repository, oid, '');
  if (object.type === 'tag') {
    const target = /^object (\w+)$/m.exec(object.content.toString())?.[1] ?? '';
    const name = /^tag (.*)$/m.exec(object.content.toString())?.[1] ?? '';
    return {
      ...common(ctx, repository, 'Tag', oid),
      name,
      message: null,
      target: () => objectNode(ctx, repository, target),
    };
  }
  const binary = object.content.subarray(0, 8000).includes(0);
  const whole = object.content.length <= 512_000;
  return {
    ...common(ctx, repository, 'Blob', oid),
    byteSize: object.content.length,
    isBinary: binary,
    isTruncated: !whole,
    text: binary ? null : object.content.subarray(0, 512_000).toString(),
  };
}

function treeNode(ctx: Ctx, repository: Repository, oid: string, base: string): Row {
  return {
    ...common(ctx, repository, 'Tree', oid),
    entries: async () =>
      ((await openGit(ctx, repository).tree(oid)) ?? []).map((entry) =>
        entryNode(ctx, repository, `${base}${entry.name}`, entry),
      ),
  };
}

function entryNode(ctx: Ctx, repository: Repository, path: string, entry: TreeEntry): Row {
  const type = entry.mode === '040000' ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob';
  return {
    name: path.split('/').at(-1),
    path,
    oid: entry.oid,
    mode: Number.parseInt(entry.mode, 8),
    type,
    size: async () => (type === 'blob' ? ((await openGit(ctx, repository).blob(entry.oid))?.length ?? 0) : 0),
    extension: /\.[^./]+$/.exec(path)?.[0] ?? '',
    backTo: repository,
    object: () =>
      type === 'tree' ? treeNode(ctx, repository, entry.oid, `${path}/`) : objectNode(ctx, repository, entry.oid),
  };
}

function actorNode(ctx: Ctx, { name, email, date }: Identity): Row {
  return {
    name,
    email,
    date: stamp(date),
    account: accountByEmail(ctx, email),
  };
}

export function commitNode(ctx: Ctx, repository: Repository, commit: Commit | undefined): Row | null {
  if (!commit) return null;
  const git = openGit(ctx, repository);
  const [headline = '', ...rest] = commit.message.trim().split('\n');
  const nodes = (oids: string[]) =>
    Promise.all(oids.map(async (oid) => commitNode(ctx, repository, await git.commit(oid))));
  return {
    ...common(ctx, repository, 'Commit', commit.oid),
    url: `${ctx.url}/${ctx.state.fullName(repository)}/commit/${commit.oid}`,
    message: commit.message.trim(),
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    authoredDate: stamp(commit.author.date),
    committedDate: stamp(commit.committer.date),
    author: actorNode(ctx, commit.author),
    authors: (args: Arguments) => connect([commit.author], args, (identity) => actorNode(ctx, identity)),
    committer: actorNode(ctx, commit.committer),
    parents: async (args: Arguments) => connect(await nodes(commit.parents), args, (node) => node),
    tree: () => treeNode(ctx, repository, commit.tree, ''),
    file: async ({ path }: { path: string }) => {
      const entry = await entryAt(git, commit.tree, path);
      if (!entry || path === '') return null;
      const blob = entry.mode.startsWith('100') ? await git.blob(entry.oid) : undefined;
      if (blob && blob.length > largestFile) throw failed('blob-over-10mb');
      return entryNode(ctx, repository, path, entry);
    },
    history: (args: Arguments & { path?: string | null }) => history(ctx, repository, commit.oid, args),
    signature: () => signatureNode(ctx, commit),
    changedFilesIfAvailable: null,
  };
}

async function history(
  ctx: Ctx,
  repository: Repository,
  oid: string,
  args: Arguments & { path?: string | null },
): Promise<Row> {
  const git = openGit(ctx, repository);
  const list = await git.commitsOf(oid, [], args.path || undefined);
  return connect(list, args, async (text) => commitNode(ctx, repository, await git.commit(text)));
}

function signatureNode(ctx: Ctx, commit: Commit): Row | null {
  if (commit.signature === null) return null;
  const { verified, payload, signature } = verificationOf(ctx.state, commit);
  return {
    __typename: 'GpgSignature',
    email: commit.committer.email,
    isValid: verified,
    payload,
    signature,
    state: verified === true ? 'VALID' : 'UNKNOWN_KEY',
    wasSignedByGitHub: verified,
    keyId: null,
  };
}

export function refNode(ctx: Ctx, repository: Repository, ref: string, oid: string): Row {
  const [, prefix = '', name = ''] = /^(refs\/(?:heads\/|tags\/|pull\/)?)(.*)$/.exec(ref) ?? [];
  return {
    __typename: 'Ref',
    id: nodeId('Ref', `${repository.id}:${ref}`),
    name,
    prefix,
    backTo: repository,
    target: () => objectNode(ctx, repository, oid),
    compare: async ({ headRef }: { headRef: string }) => {
      const git = openGit(ctx, repository);
      const head = await git.resolveCommit(headRef);
      if (!head) return null;
      const ahead = (await git.commitsOf(head, [oid])).length;
      const behind = (await git.commitsOf(oid, [head])).length;
      const status = ahead === 0 ? (behind === 0 ? 'IDENTICAL' : 'BEHIND') : behind === 0 ? 'AHEAD' : 'DIVERGED';
      return { aheadBy: ahead, behindBy: behind, status };
    },
  };
}

export async function refByName(ctx: Ctx, repository: Repository, name: string): Promise<Row | null> {
  if (inEmptyWindow(repository)) return null;
  const git = openGit(ctx, repository);
  const candidates = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  for (const ref of candidates) {
    const oid = await git.ref(ref);
    if (oid) return refNode(ctx, repository, ref, oid);
  }
  return null;
}
