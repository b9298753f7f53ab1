// A repository changes its owner.
import { isMember, isOwner } from '../world/access.ts';
import { refused, unprocessable } from '../world/errors.ts';
import type { Account } from '../world/records.ts';
import { presentFor } from '../present/repository.ts';
import { transferRepository } from '../changes/repositories.ts';
import { json, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

/** Whether the caller may make repositories there; to another person a transfer is only offered. */
function mayReceive({ state, caller }: Ctx, owner: Account): boolean {
  if (owner.type === 'User') return owner.id === caller.id;
  if (isOwner(state, owner.id, caller.id)) return true;
  return isMember(state, owner.id, caller.id) && state.organization(owner.id)?.policy?.repositories !== false;
}

/** The answer still shows the owner that it had. */
async function transfer(ctx: Ctx): Promise<Reply> {
  const { repository, body } = ctx;
  const owner = ctx.state.accountByLogin(String(body.new_owner));
  if (!owner || owner.type === 'Bot' || owner.id === repository.owner) throw refused('transfer-owner-invalid');
  if (owner.type === 'Organization' && !mayReceive(ctx, owner))
    throw unprocessable(`You don’t have the permission to create repositories on ${owner.login}`);
  const teams = ((body.team_ids ?? []) as number[]).map((id) => ctx.state.store.teams[id]);
  const known = teams.filter((team) => team?.org === owner.id).filter((team) => team !== undefined);
  if (known.length < teams.length)
    throw unprocessable('Validation Failed', [{ resource: 'Repository', field: 'team_ids', code: 'invalid' }]);
  const shown = presentFor(ctx, repository, ctx.actor);
  if (mayReceive(ctx, owner)) {
    const to = { owner, name: body.new_name ?? repository.name, teams: known };
    await transferRepository(ctx, repository, to, ctx.actor);
  }
  return json(202, shown);
}

export const routes: Route[] = [
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/transfer',
    permission: 'administration:write',
    handler: transfer,
  },
];
