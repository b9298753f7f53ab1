// The event `team`: made, changed, deleted, given a repository or relieved of one.
import { senderOf } from '../world/actor.ts';
import type { Team } from '../world/records.ts';
import { presentTeam } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';

export function announceTeam(ctx: Ctx, team: Team, action: string, more: Record<string, unknown> = {}): void {
  const sender = senderOf(ctx.actor);
  if (!sender) return;
  const payload = { team: presentTeam(ctx, team), ...more };
  ctx.emit({ event: 'team', action, account: ctx.organization, sender, actor: ctx.actor, payload });
}
