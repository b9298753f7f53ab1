// POST /api/graphql: parse, validate, execute against the schema.
import { execute, GraphQLError, parse, validate } from 'graphql';
import { senderOf } from '../world/actor.ts';
import { Refusal } from '../world/errors.ts';
import { ok, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { addBackLinks } from './back-links.ts';
import { createCommitOnBranch, type CommitInput } from './commit-on-branch.ts';
import { deleteIssue, type DeleteIssueInput } from './delete-issue.ts';
import { fail, presentError } from './fail.ts';
import { accountNode, findRepository, nodeById } from './nodes.ts';
import { addPlanning, addProjectItem, createProject, deleteProjectItem, type ProjectInput } from './projects.ts';
import { schema } from './schema.ts';

addBackLinks(schema);
addPlanning(schema);

function accountOf(ctx: Ctx, login: string, kind: 'User' | 'Organization'): Record<string, unknown> {
  const account = ctx.state.accountByLogin(login);
  if (account?.type !== kind)
    throw fail(
      'NOT_FOUND',
      `Could not resolve to a ${kind === 'User' ? 'User' : 'Organization'} with the login of '${login}'.`,
    );
  return accountNode(ctx, account);
}

/** A missing node is null with an error at its own place in the list. */
const orError = async (ctx: Ctx, id: string) => nodeById(ctx, id).catch((error: unknown) => error);

function rootOf(ctx: Ctx): Record<string, unknown> {
  const { limit, remaining, used, reset } = ctx.budget();
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => findRepository(ctx, owner, name),
    repositoryOwner: ({ login }: { login: string }) => {
      const account = ctx.state.accountByLogin(login);
      return account ? accountNode(ctx, account) : null;
    },
    organization: ({ login }: { login: string }) => accountOf(ctx, login, 'Organization'),
    user: ({ login }: { login: string }) => accountOf(ctx, login, 'User'),
    viewer: () => {
      const account = senderOf(ctx.actor);
      return account && { ...accountNode(ctx, account), __typename: 'User', login: account.login };
    },
    node: ({ id }: { id: string }) => nodeById(ctx, id),
    nodes: ({ ids }: { ids: string[] }) => Promise.all(ids.map((id) => orError(ctx, id))),
    rateLimit: () => ({ cost: 1, limit, nodeCount: 0, remaining, used, resetAt: new Date(reset * 1000).toISOString() }),
    createCommitOnBranch: (args: { input: CommitInput }) => createCommitOnBranch(ctx, args),
    deleteIssue: (args: { input: DeleteIssueInput }) => deleteIssue(ctx, args),
    createProjectV2: (args: { input: ProjectInput['create'] }) => createProject(ctx, args),
    addProjectV2ItemById: (args: { input: ProjectInput['add'] }) => addProjectItem(ctx, args),
    deleteProjectV2Item: (args: { input: ProjectInput['remove'] }) => deleteProjectItem(ctx, args),
  };
}

async function handle(ctx: Ctx): Promise<Reply> {
  if (ctx.actor.kind === 'anonymous') throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  if (ctx.actor.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
  const { query, variables, operationName } = ctx.body;
  if (typeof query !== 'string') throw new Refusal(400, 'A query attribute must be specified and must be a string.');
  try {
    const document = parse(query);
    const problems = validate(schema, document);
    if (problems.length > 0) return ok({ errors: problems.map(presentError) });
    const result = await execute({
      schema,
      document,
      rootValue: rootOf(ctx),
      contextValue: ctx,
      variableValues: variables ?? {},
      operationName,
    });
    return ok({ data: result.data ?? null, ...(result.errors ? { errors: result.errors.map(presentError) } : {}) });
  } catch (error) {
    if (error instanceof GraphQLError) return ok({ errors: [presentError(error)] });
    throw error;
  }
}

export const routes: Route[] = [{ method: 'POST', path: '/graphql', handler: handle }];
