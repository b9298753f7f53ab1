// Pull requests, reviews and review comments, as the sandbox remembers them.
import type { Repository } from '../world/records.ts';
import type { State } from '../world/state.ts';

export type Label = { id: number; name: string; color: string; description: string | null; default: boolean };

export type Pull = {
  id: number;
  repository: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  draft: boolean;
  locked: boolean;
  base: { ref: string; sha: string };
  head: { ref: string; sha: string };
  user: number;
  labels: Label[];
  assignees: number[];
  reviewers: number[];
  teamReviewers: number[];
  mergedAt: string | null;
  mergedBy: number | null;
  mergeCommit: string | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  /** Facts of git, for the base and head that `of` names. */
  facts?: {
    of: string;
    mergeable: boolean;
    mergeSha: string | null;
    commits: number;
    additions: number;
    deletions: number;
    files: number;
  };
};

export type Review = {
  id: number;
  pull: number;
  user: number;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING' | 'DISMISSED';
  commit: string;
  submittedAt: string;
};

export type ReviewComment = {
  id: number;
  pull: number;
  review: number | null;
  user: number;
  body: string;
  path: string;
  line: number | null;
  side: string;
  commit: string;
  replyTo: number | null;
  createdAt: string;
  updatedAt: string;
};

export type PullArea = {
  pulls: Record<number, Pull>;
  reviews: Record<number, Review>;
  comments: Record<number, ReviewComment>;
};

export function pullArea(state: State): PullArea {
  return state.area<PullArea>('pulls', () => ({ pulls: {}, reviews: {}, comments: {} }));
}

/** The pull requests of a repository, oldest first. */
export function pullsOf(state: State, repository: Repository): Pull[] {
  return Object.values(pullArea(state).pulls).filter((pull) => pull.repository === repository.id);
}

export function findPull(state: State, repository: Repository, number: number): Pull | undefined {
  return pullsOf(state, repository).find((pull) => pull.number === number);
}
