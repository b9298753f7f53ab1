// Issues, comments, labels, milestones and reactions, as the sandbox remembers them; pull requests share threads and numbers.
import { findPull, pullsOf, type Label, type Pull } from '../pulls/records.ts';
import type { Repository } from '../world/records.ts';
import type { State } from '../world/state.ts';

export type Issue = {
  id: number;
  repository: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | 'duplicate' | null;
  locked: boolean;
  lockReason: string | null;
  user: number;
  /** The app that it was made by, where it was one. */
  app: number | null;
  labels: Label[];
  assignees: number[];
  milestone: number | null;
  closedBy: number | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
};

export type Comment = {
  id: number;
  repository: number;
  number: number;
  user: number;
  app: number | null;
  body: string;
  createdAt: string;
  updatedAt: string;
};

export type Milestone = {
  id: number;
  repository: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  dueOn: string | null;
  creator: number;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
};

export const reactionContents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export type Reaction = {
  id: number;
  /** `issue:ID` or `comment:ID`. */
  on: string;
  user: number;
  content: (typeof reactionContents)[number];
  createdAt: string;
};

export type IssueArea = {
  issues: Record<number, Issue>;
  comments: Record<number, Comment>;
  /** By repository. */
  labels: Record<number, Label[]>;
  milestones: Record<number, Milestone>;
  reactions: Record<number, Reaction>;
  /** `REPOSITORY/NUMBER` of issues that were deleted; a store from before has none. */
  deleted?: Record<string, true>;
};

/** An issue or a pull request: what labels, comments and assignees hang on. */
export type Thread = { kind: 'issue'; issue: Issue } | { kind: 'pull'; issue: Pull };

export function issueArea(state: State): IssueArea {
  return state.area<IssueArea>('issues', () => ({
    issues: {},
    comments: {},
    labels: {},
    milestones: {},
    reactions: {},
  }));
}

export function findThread(state: State, repository: Repository, number: number): Thread | undefined {
  const issue = Object.values(issueArea(state).issues).find(
    (candidate) => candidate.repository === repository.id && candidate.number === number,
  );
  if (issue) return { kind: 'issue', issue };
  const pull = findPull(state, repository, number);
  return pull ? { kind: 'pull', issue: pull } : undefined;
}

/** Issues and pull requests of a repository: GitHub lists both as issues. */
export function threadsOf(state: State, repository: Repository): Thread[] {
  const issues = Object.values(issueArea(state).issues).filter((issue) => issue.repository === repository.id);
  return [
    ...issues.map((issue): Thread => ({ kind: 'issue', issue })),
    ...pullsOf(state, repository).map((issue): Thread => ({ kind: 'pull', issue })),
  ];
}

export function commentsOf(state: State, repository: Repository, number: number): Comment[] {
  return Object.values(issueArea(state).comments).filter(
    (comment) => comment.repository === repository.id && comment.number === number,
  );
}

const DEFAULTS: readonly (readonly [string, string, string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];

/** A repository begins with GitHub's nine labels. */
export function labelsOf(state: State, repository: Repository): Label[] {
  const area = issueArea(state);
  area.labels[repository.id] ??= DEFAULTS.map(([name, color, description]) => ({
    id: state.nextId(),
    name,
    color,
    description,
    default: true,
  }));
  return area.labels[repository.id] ?? [];
}

export function findLabel(state: State, repository: Repository, name: string): Label | undefined {
  return labelsOf(state, repository).find((label) => label.name.toLowerCase() === name.toLowerCase());
}
