// POST /api/graphql: parse, validate, execute against the schema.
import { execute, GraphQLError, parse, validate, type DocumentNode } from 'graphql';
import { searchRepositories, searchThreads } from '../issues/search.ts';
import { senderOf } from '../world/actor.ts';
import { Refusal } from '../world/errors.ts';
import { ok, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';
import { addBackLinks } from './back-links.ts';
import { asGraphQL } from './by-rest.ts';
import { createCommitOnBranch, type CommitInput } from './commit-on-branch.ts';
import { deleteIssue, type DeleteIssueInput } from './delete-issue.ts';
import { fail, presentError } from './fail.ts';
import { addChecks } from './check-nodes.ts';
import { readField } from './fields.ts';
import { nodeById } from './find-node.ts';
import { addIssues, issueNode } from './issue-nodes.ts';
import { accountNode, findRepository, pullNode, repositoryNode } from './nodes.ts';
import { addPlanning, addProjectItem, createProject, deleteProjectItem, type ProjectInput } from './projects.ts';
import { pullMutations } from './pull-mutations.ts';
import { addPulls } from './pull-nodes.ts';
import { repositoryMutations } from './repository-mutations.ts';
import { addRepositories } from './repository-nodes.ts';
import { schema } from './schema.ts';
import { addTeams } from './team-nodes.ts';
import { threadMutations } from './thread-mutations.ts';
import { addThreads } from './thread-nodes.ts';
import type { Input, Mutation } from './node-paths.ts';
import { connect, type Arguments } from './connection.ts';

addBackLinks(schema);
for (const add of [addChecks, addIssues, addPlanning, addPulls, addRepositories, addTeams, addThreads]) add(schema);

const mutations: Record<string, Mutation> = {
  ...threadMutations,
  ...pullMutations,
  ...repositoryMutations,
  createCommitOnBranch: (ctx, input) => createCommitOnBranch(ctx, input as CommitInput),
  deleteIssue: async (ctx, input) => deleteIssue(ctx, input as DeleteIssueInput),
  createProjectV2: async (ctx, input) => createProject(ctx, input as ProjectInput['create']),
  addProjectV2ItemById: async (ctx, input) => addProjectItem(ctx, input as ProjectInput['add']),
  deleteProjectV2Item: async (ctx, input) => deleteProjectItem(ctx, input as ProjectInput['remove']),
};

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

type SearchArguments = Arguments & { query: string; type: string };

function search(ctx: Ctx, { query, type, ...args }: SearchArguments): Record<string, unknown> {
  const counts = { issueCount: 0, repositoryCount: 0, userCount: 0 };
  if (type === 'REPOSITORY') {
    const found = asGraphQL(() => searchRepositories(ctx, query));
    return {
      ...counts,
      ...connect(found, args, (repository) => repositoryNode(ctx, repository)),
      repositoryCount: found.length,
    };
  }
  if (!type.startsWith('ISSUE')) throw fail('UNPROCESSABLE', `The sandbox does not search for ${type}.`);
  const found = asGraphQL(() => searchThreads(ctx, query));
  const rows = connect(found, args, ({ repository, thread }) =>
    thread.kind === 'issue' ? issueNode(ctx, repository, thread.issue) : pullNode(ctx, repository, thread.issue),
  );
  return { ...counts, ...rows, issueCount: found.length };
}

async function answered(ctx: Ctx, act: Mutation, input: Input): Promise<Record<string, unknown>> {
  return { clientMutationId: input['clientMutationId'] ?? null, ...(await act(ctx, input)) };
}

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
    search: (args: SearchArguments) => search(ctx, args),
    ...Object.fromEntries(
      Object.entries(mutations).map(([name, act]) => [
        name,
        ({ input }: { input: Input }) => answered(ctx, act, input),
      ]),
    ),
  };
}

/** GitHub's executor lets `state` of an issue and of a pull request stand side by side, though their enums differ. */
const isLegacy = /conflict because they return conflicting types/;

type ReadQuery = { document: DocumentNode; problems: readonly GraphQLError[] };

const mostQueries = 200;
const queries = new Map<string, ReadQuery>();

/** An app asks the same few questions over and over. */
function readQuery(query: string): ReadQuery {
  const known = queries.get(query);
  if (known) return known;
  const document = parse(query);
  const problems = validate(schema, document).filter(({ message }) => !isLegacy.test(message));
  if (queries.size >= mostQueries) queries.clear();
  queries.set(query, { document, problems });
  return { document, problems };
}

async function handle(ctx: Ctx): Promise<Reply> {
  if (ctx.actor.kind === 'anonymous') throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  if (ctx.actor.kind === 'app') throw new Refusal(403, 'Resource not accessible by integration');
  const { query, variables, operationName } = ctx.body;
  if (typeof query !== 'string') throw new Refusal(400, 'A query attribute must be specified and must be a string.');
  try {
    const { document, problems } = readQuery(query);
    if (problems.length > 0) return ok({ errors: problems.map(presentError) });
    const result = await execute({
      schema,
      document,
      rootValue: rootOf(ctx),
      contextValue: ctx,
      variableValues: variables ?? {},
      operationName,
      fieldResolver: readField,
    });
    return ok({ data: result.data ?? null, ...(result.errors ? { errors: result.errors.map(presentError) } : {}) });
  } catch (error) {
    if (error instanceof GraphQLError) return ok({ errors: [presentError(error)] });
    throw error;
  }
}

export const routes: Route[] = [{ method: 'POST', path: '/graphql', handler: handle }];
