// A repository from a template: the files of the template as one first commit, which is not to be seen at once.
import { canRead, granted, isMember } from '../world/access.ts';
import { forbidden, refused, unprocessable } from '../world/errors.ts';
import { copyTree } from '../git/copy-tree.ts';
import { zeroOid } from '../git/objects.ts';
import { openGit } from '../world/open-git.ts';
import { presentFull } from '../present/repository.ts';
import { updateRef } from '../changes/ref-updates.ts';
import { announceRepository, createRepository } from '../changes/repositories.ts';
import type { Account, Repository } from '../world/records.ts';
import { created, type Reply } from '../http/reply.ts';
import { writeCommit } from '../changes/write-commit.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

function templateOf(ctx: Ctx): Repository {
  const found = ctx.state.repositoryByName(ctx.params.template_owner ?? '', ctx.params.template_repo ?? '');
  if (!found || !canRead(ctx.state, ctx.actor, found.repository)) throw refused('template-unreadable');
  const { actor } = ctx;
  if (
    actor.kind === 'installation' &&
    found.repository.private &&
    !granted(actor.permissions, { permission: 'contents', level: 'read' })
  )
    throw forbidden();
  if (!found.repository.isTemplate) throw refused('not-a-template', { template: ctx.state.fullName(found.repository) });
  return found.repository;
}

function ownerOf(ctx: Ctx): Account {
  const { actor, body } = ctx;
  const owner = body.owner === undefined ? ctx.caller : ctx.state.accountByLogin(String(body.owner));
  if (!owner || owner.type === 'Bot') throw unprocessable('Could not resolve to an owner for the repository.');
  if (actor.kind === 'installation') {
    if (actor.installation.account !== owner.id || actor.permissions.administration !== 'write') throw forbidden();
  } else if (owner.id !== ctx.caller.id && !isMember(ctx.state, owner.id, ctx.caller.id)) throw forbidden();
  return owner;
}

async function generate(ctx: Ctx): Promise<Reply> {
  const template = templateOf(ctx);
  const owner = ownerOf(ctx);
  const from = openGit(ctx, template);
  const all = [...(await from.refs('refs/heads/'))];
  if (all.length === 0) throw refused('template-empty', { template: ctx.state.fullName(template) });
  if (ctx.state.repositoryByName(owner.login, String(ctx.body.name))?.renamed === false)
    throw refused('generate-name-taken');
  const branches = all.filter(
    ([ref]) => ctx.body.include_all_branches === true || ref === `refs/heads/${template.defaultBranch}`,
  );
  const repository = await createRepository(ctx, owner, {
    name: ctx.body.name,
    description: ctx.body.description ?? null,
    // GitHub's default, and a trap: public.
    private: ctx.body.private === true,
    template: template.id,
    defaultBranch: template.defaultBranch,
  });
  announceRepository(ctx, repository, ctx.actor);
  const to = openGit(ctx, repository);
  for (const [ref, oid] of branches) {
    const tree = (await from.commit(oid))?.tree;
    if (tree === undefined) continue;
    await copyTree(from, to, tree);
    const after = await writeCommit(ctx, repository, { message: 'Initial commit', tree, parents: [] }, ctx.actor, true);
    // The template's workflows come with it, whatever the caller may do with workflows.
    const actor =
      ctx.actor.kind === 'installation'
        ? { ...ctx.actor, permissions: { ...ctx.actor.permissions, workflows: 'write' as const } }
        : ctx.actor;
    await updateRef(ctx, repository, { ref, before: zeroOid, after }, actor);
  }
  const { reads, milliseconds } = ctx.settings.emptyWindow;
  if (reads > 0 || milliseconds > 0) repository.emptyWindow = { reads, until: Date.now() + milliseconds };
  return created(presentFull(ctx, repository, ctx.actor));
}

export const routes: Route[] = [
  { method: 'POST', path: '/repos/{template_owner}/{template_repo}/generate', permission: 'token', handler: generate },
];
