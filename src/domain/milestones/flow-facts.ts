// How changes came into a default branch, as GitHub has it on record.

/** A pull request that was merged into the default branch. */
export type MergedPull = {
  number: number;
  author: string;
  merged: Date;
  /** Who reviewed it before it was merged. */
  reviewers: readonly string[];
  /** 2 for a merge commit; 1 where it was squashed or rebased. */
  parents: number;
};

export type FlowFacts = {
  /** Newest first, by people. */
  pulls: readonly MergedPull[];
  /** Pushes to the default branch that were no merge; absent where GitHub's record was not to be seen. */
  pushes?: readonly { login: string; at: Date }[];
};
