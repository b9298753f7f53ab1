// Pull requests, their reviews and comments, as the REST API and the webhooks show them.
import { grantedRole, isMember, isOwner } from '../world/access.ts';
import { nodeId, presentAccount, presentTeam } from '../present/accounts.ts';
import { mergeSettings, presentRepository, repositoryApi } from '../present/repository.ts';
import type { Repository } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { factsOf } from './facts.ts';
import type { Label, Pull, Review, ReviewComment } from './records.ts';

type WorldView = Pick<World, 'url' | 'state'>;

export function associationOf({ state }: Pick<World, 'state'>, repository: Repository, user: number): string {
  if (state.account(user).type === 'Bot') return 'NONE';
  if (repository.owner === user) return 'OWNER';
  if (isOwner(state, repository.owner, user) || isMember(state, repository.owner, user)) return 'MEMBER';
  return grantedRole(state, user, repository) === null ? 'NONE' : 'COLLABORATOR';
}

export function presentLabel(world: WorldView, repository: Repository, label: Label): Record<string, unknown> {
  const url = `${repositoryApi(world, repository)}/labels/${encodeURIComponent(label.name)}`;
  return { ...label, node_id: nodeId('Label', label.id), url };
}

function presentSide(world: WorldView, repository: Repository, { ref, sha }: Pull['head']): Record<string, unknown> {
  const owner = presentAccount(world, world.state.account(repository.owner));
  const repo = { ...presentRepository(world, repository), ...mergeSettings(repository) };
  return { label: `${owner.login}:${ref}`, ref, sha, user: owner, repo };
}

/** "pull-request-simple". */
export function presentPull(world: WorldView, repository: Repository, pull: Pull): Record<string, unknown> {
  const api = repositoryApi(world, repository);
  const html = `${world.url}/${world.state.fullName(repository)}/pull/${pull.number}`;
  const url = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const statuses = `${api}/statuses/${pull.head.sha}`;
  const people = (ids: number[]) => ids.map((id) => presentAccount(world, world.state.account(id)));
  const teams = pull.teamReviewers.flatMap((id) => world.state.store.teams[id] ?? []);
  const commentsOne = `${api}/pulls/comments{/number}`;
  return {
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    number: pull.number,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: commentsOne,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    state: pull.state,
    locked: pull.locked,
    active_lock_reason: null,
    title: pull.title,
    body: pull.body,
    user: presentAccount(world, world.state.account(pull.user)),
    labels: pull.labels.map((label) => presentLabel(world, repository, label)),
    milestone: null,
    assignee: people(pull.assignees)[0] ?? null,
    assignees: people(pull.assignees),
    requested_reviewers: people(pull.reviewers),
    requested_teams: teams.map((team) => presentTeam(world, team)),
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit ?? pull.facts?.mergeSha ?? null,
    head: presentSide(world, repository, pull.head),
    base: presentSide(world, repository, pull.base),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: commentsOne },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: associationOf(world, repository, pull.user),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** "pull-request": with the facts of git. Mergeability is unknown (null) until it was asked for, as on GitHub. */
export async function presentPullFull(
  world: World,
  repository: Repository,
  pull: Pull,
  mergeability: 'known' | 'unknown' = 'known',
): Promise<Record<string, unknown>> {
  const facts = await factsOf(world, repository, pull);
  const open = pull.state === 'open';
  const known = open && mergeability === 'known';
  const state = pull.draft ? 'draft' : 'clean';
  return {
    ...presentPull(world, repository, pull),
    ...(mergeability === 'unknown' && pull.mergeCommit === null ? { merge_commit_sha: null } : {}),
    merged: pull.mergedAt !== null,
    mergeable: known ? facts.mergeable : null,
    rebaseable: known ? facts.mergeable : null,
    mergeable_state: known ? (facts.mergeable ? state : 'dirty') : 'unknown',
    merged_by: pull.mergedBy === null ? null : presentAccount(world, world.state.account(pull.mergedBy)),
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.files,
  };
}

/** The entry in `pull_requests` of a check run, a suite or a workflow run. */
export function presentPullMinimal(world: WorldView, repository: Repository, pull: Pull): Record<string, unknown> {
  const repo = { id: repository.id, url: repositoryApi(world, repository), name: repository.name };
  return {
    id: pull.id,
    number: pull.number,
    url: `${repositoryApi(world, repository)}/pulls/${pull.number}`,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo },
  };
}

export function presentReview(
  world: WorldView,
  repository: Repository,
  pull: Pull,
  review: Review,
): Record<string, unknown> {
  const html = `${world.url}/${world.state.fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const api = `${repositoryApi(world, repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: presentAccount(world, world.state.account(review.user)),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
    author_association: associationOf(world, repository, review.user),
  };
}

export function presentReviewComment(
  world: WorldView,
  repository: Repository,
  pull: Pull,
  comment: ReviewComment,
): Record<string, unknown> {
  const html = `${world.url}/${world.state.fullName(repository)}/pull/${pull.number}#discussion_r${comment.id}`;
  const api = `${repositoryApi(world, repository)}/pulls`;
  const self = `${api}/comments/${comment.id}`;
  return {
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    pull_request_review_id: comment.review,
    url: self,
    html_url: html,
    pull_request_url: `${api}/${pull.number}`,
    diff_hunk: '',
    path: comment.path,
    position: comment.line,
    original_position: comment.line ?? 1,
    line: comment.line ?? 1,
    original_line: comment.line ?? 1,
    start_line: null,
    original_start_line: null,
    start_side: null,
    side: comment.side,
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    ...(comment.replyTo === null ? {} : { in_reply_to_id: comment.replyTo }),
    user: presentAccount(world, world.state.account(comment.user)),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    _links: { self: { href: self }, html: { href: html }, pull_request: { href: `${api}/${pull.number}` } },
    author_association: associationOf(world, repository, comment.user),
    subject_type: comment.line === null ? 'file' : 'line',
  };
}
