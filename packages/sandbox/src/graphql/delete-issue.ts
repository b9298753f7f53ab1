// The mutation deleteIssue: for administrators of the repository; the REST API then answers 410 for its number.
import { roleAtLeast, roleOf } from '../world/access.ts';
import { canReadIssues } from '../issues/access.ts';
import { presentIssue } from '../issues/present.ts';
import { issueArea } from '../issues/records.ts';
import { nodeId } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';
import { fail } from './fail.ts';
import { findRepository } from './nodes.ts';

export type DeleteIssueInput = { issueId: string };

export function deleteIssue(ctx: Ctx, input: DeleteIssueInput): Record<string, unknown> {
  const area = issueArea(ctx.state);
  const issue = Object.values(area.issues).find(({ id }) => nodeId('Issue', id) === input.issueId);
  const repository = issue && ctx.state.repository(issue.repository);
  if (!issue || !repository || !canReadIssues(ctx, repository))
    throw fail('NOT_FOUND', `Could not resolve to a node with the global id of '${input.issueId}'.`);
  const isAdmin =
    ctx.actor.kind === 'user' && roleAtLeast(roleOf(ctx.state, ctx.actor.account.id, repository), 'admin');
  if (!isAdmin)
    throw fail('FORBIDDEN', `${ctx.caller.login} does not have the correct permissions to execute DeleteIssue`);
  delete area.issues[issue.id];
  (area.deleted ??= {})[`${repository.id}/${issue.number}`] = true;
  const payload = { issue: presentIssue(ctx, repository, { kind: 'issue', issue }) };
  ctx.emit({ event: 'issues', action: 'deleted', payload, sender: ctx.caller, repository, actor: ctx.actor });
  const owner = ctx.state.account(repository.owner).login;
  return { repository: findRepository(ctx, owner, repository.name) };
}
