// Issues, comments, milestones and reactions as the REST API and the webhooks show them.
import {
  commentsOf,
  issueArea,
  reactionContents,
  type Comment,
  type Milestone,
  type Reaction,
  type Thread,
} from './records.ts';
import { nodeId, presentAccount } from '../present/accounts.ts';
import { presentApp } from '../present/apps.ts';
import { repositoryApi } from '../present/repository.ts';
import { associationOf, presentLabel } from '../pulls/present.ts';
import type { App, Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';

type WorldView = Pick<World, 'url' | 'state'>;

export function presentIssue(world: WorldView, repository: Repository, thread: Thread): Record<string, unknown> {
  const { issue } = thread;
  const { state } = world;
  const api = repositoryApi(world, repository);
  const url = `${api}/issues/${issue.number}`;
  const page = `${world.url}/${state.fullName(repository)}/${thread.kind === 'pull' ? 'pull' : 'issues'}/${issue.number}`;
  const people = issue.assignees.map((id) => presentAccount(world, state.account(id)));
  const own = thread.kind === 'issue' ? thread.issue : undefined;
  const milestone = own?.milestone ? issueArea(state).milestones[own.milestone] : undefined;
  return {
    id: issue.id,
    node_id: nodeId(thread.kind === 'pull' ? 'PullRequest' : 'Issue', issue.id),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: presentAccount(world, state.account(issue.user)),
    labels: issue.labels.map((label) => presentLabel(world, repository, label)),
    state: issue.state,
    state_reason: own?.stateReason ?? null,
    locked: issue.locked,
    active_lock_reason: own?.lockReason ?? null,
    assignee: people[0] ?? null,
    assignees: people,
    milestone: milestone ? presentMilestone(world, repository, milestone) : null,
    comments: commentsOf(state, repository, issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    ...(own ? { closed_by: own.closedBy === null ? null : presentAccount(world, state.account(own.closedBy)) } : {}),
    author_association: associationOf(world, repository, issue.user),
    reactions: presentReactionCounts(world, url, `issue:${issue.id}`),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: own && own.app !== null ? presentMaker(world, state.app(own.app)) : null,
    draft: thread.kind === 'pull' && thread.issue.draft,
    ...(thread.kind === 'pull'
      ? {
          pull_request: {
            url: `${api}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: thread.issue.mergedAt,
          },
        }
      : {}),
  };
}

export function presentComment(
  world: WorldView,
  repository: Repository,
  comment: Comment,
  isPull: boolean,
): Record<string, unknown> {
  const api = repositoryApi(world, repository);
  const page = `${world.url}/${world.state.fullName(repository)}/${isPull ? 'pull' : 'issues'}/${comment.number}`;
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: presentAccount(world, world.state.account(comment.user)),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(world, repository, comment.user),
    reactions: presentReactionCounts(world, url, `comment:${comment.id}`),
    performed_via_github_app: comment.app === null ? null : presentMaker(world, world.state.app(comment.app)),
  };
}

export function presentMilestone(
  world: WorldView,
  repository: Repository,
  milestone: Milestone,
): Record<string, unknown> {
  const url = `${repositoryApi(world, repository)}/milestones/${milestone.number}`;
  const issues = Object.values(issueArea(world.state).issues).filter((issue) => issue.milestone === milestone.id);
  return {
    url,
    html_url: `${world.url}/${world.state.fullName(repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('Milestone', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: presentAccount(world, world.state.account(milestone.creator)),
    open_issues: issues.filter((issue) => issue.state === 'open').length,
    closed_issues: issues.filter((issue) => issue.state === 'closed').length,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}

export function presentReaction(world: WorldView, reaction: Reaction): Record<string, unknown> {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: presentAccount(world, world.state.account(reaction.user)),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function presentReactionCounts(world: WorldView, url: string, on: string): Record<string, unknown> {
  const all = Object.values(issueArea(world.state).reactions).filter((reaction) => reaction.on === on);
  const counts = Object.fromEntries(
    reactionContents.map((content) => [content, all.filter((reaction) => reaction.content === content).length]),
  );
  return { url: `${url}/reactions`, total_count: all.length, ...counts };
}

/** Within issues GitHub's description lists fewer events of an app than it may subscribe to. */
function presentMaker(world: Parameters<typeof presentApp>[0], app: App): Record<string, unknown> {
  return presentApp(world, { ...app, events: app.events.filter((event) => event !== 'workflow_job') });
}
