// Any node by its global id.
import { canRead } from '../world/access.ts';
import type { Repository } from '../world/records.ts';
import { canReadIssues } from '../issues/access.ts';
import { issueArea } from '../issues/records.ts';
import { readNodeId } from '../present/accounts.ts';
import { pullArea } from '../pulls/records.ts';
import type { Ctx } from '../http/context.ts';
import { unknownNode } from './fail.ts';
import type { Row } from './fields.ts';
import { objectNode, refByName } from './git-nodes.ts';
import { accountNode, pullNode, repositoryNode } from './nodes.ts';
import { issueNode } from './issue-nodes.ts';
import { reviewNode } from './pull-nodes.ts';
import { releaseById } from './repository-nodes.ts';
import { teamNode } from './team-nodes.ts';
import { commentNode, labelNode, milestoneNode } from './thread-nodes.ts';

type Finder = (ctx: Ctx, within: string) => Row | null | undefined | Promise<Row | null | undefined>;

const account: Finder = (ctx, id) => {
  const found = ctx.state.store.accounts[Number(id)];
  return found && accountNode(ctx, found);
};

/** A record that stands in a repository, for whoever may read that. */
function inside<T extends { repository: number }>(
  recordOf: (ctx: Ctx, id: number) => T | undefined,
  mayRead: (ctx: Ctx, repository: Repository) => boolean,
  present: (ctx: Ctx, repository: Repository, record: T) => Row,
): Finder {
  return (ctx, id) => {
    const record = recordOf(ctx, Number(id));
    const repository = record && ctx.state.repository(record.repository);
    return repository && mayRead(ctx, repository) ? present(ctx, repository, record) : null;
  };
}

const readable = (ctx: Ctx, repository: Repository): boolean => canRead(ctx.state, ctx.actor, repository);

/** `REPOSITORY:rest` of git's nodes. */
const ofGit =
  (find: (ctx: Ctx, repository: Repository, rest: string) => Promise<Row | null>): Finder =>
  (ctx, within) => {
    const [id = '', ...rest] = within.split(':');
    const repository = ctx.state.repository(Number(id));
    return repository && readable(ctx, repository) ? find(ctx, repository, rest.join(':')) : null;
  };

const finders: Record<string, Finder> = {
  User: account,
  Organization: account,
  Bot: account,
  Repository: (ctx, id) => {
    const repository = ctx.state.repository(Number(id));
    return repository && readable(ctx, repository) ? repositoryNode(ctx, repository) : null;
  },
  PullRequest: inside((ctx, id) => pullArea(ctx.state).pulls[id], readable, pullNode),
  Issue: inside((ctx, id) => issueArea(ctx.state).issues[id], canReadIssues, issueNode),
  IssueComment: inside((ctx, id) => issueArea(ctx.state).comments[id], canReadIssues, commentNode),
  Milestone: inside((ctx, id) => issueArea(ctx.state).milestones[id], canReadIssues, milestoneNode),
  Label: (ctx, id) => {
    for (const [repository, labels] of Object.entries(issueArea(ctx.state).labels)) {
      const label = labels.find((candidate) => candidate.id === Number(id));
      const found = label && ctx.state.repository(Number(repository));
      if (found) return readable(ctx, found) ? labelNode(ctx, found, label) : null;
    }
    return null;
  },
  PullRequestReview: (ctx, id) => {
    const review = pullArea(ctx.state).reviews[Number(id)];
    const pull = review && pullArea(ctx.state).pulls[review.pull];
    const repository = pull && ctx.state.repository(pull.repository);
    return repository && readable(ctx, repository) ? reviewNode(ctx, repository, pull, review) : null;
  },
  Release: (ctx, id) => releaseById(ctx, Number(id)),
  Team: (ctx, id) => {
    const team = ctx.state.store.teams[Number(id)];
    return team && teamNode(ctx, team);
  },
  Ref: ofGit(refByName),
  ...Object.fromEntries(['Commit', 'Tree', 'Blob', 'Tag'].map((kind) => [kind, ofGit(objectNode)])),
};

/** Any node whose id the sandbox gave out; refused where it is gone or hidden. */
export async function nodeById(ctx: Ctx, id: string): Promise<Row> {
  const { kind, id: within } = readNodeId(id);
  const found = await finders[kind]?.(ctx, within);
  if (!found) throw unknownNode(id);
  return found;
}
