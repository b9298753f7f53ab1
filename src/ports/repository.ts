// What flows need from a repository beyond its data: its practice, proposals to it, and changes of its template.
import type { BranchMove } from '../domain/evidence/deadline-cut.ts';
import type { FlowFacts } from '../domain/milestones/flow-facts.ts';
import type { DatabaseRead } from '../domain/milestones/read-mlflow-database.ts';
import type { Incidents } from './drills.ts';
import type { ForeignCheckRun } from './records.ts';

/** What a repository shows of its team's practice, as the app read it. */
export type PracticeFacts = {
  tree: { path: string; bytes: number; sha: string }[];
  files: Map<string, string>;
  /** SQLite stores of MLflow, by path. */
  databases: Map<string, DatabaseRead>;
  /** Text of small files that dvc.lock names. */
  locked: Map<string, string>;
  tags: string[];
  /** `onBoard`: how many stand on a project board of the organisation; absent where the App may not know. */
  issues: { total: number; closed: number; onBoard?: number };
  /** Every check run on the commit, ours left out. */
  checks: ForeignCheckRun[];
};

export interface Milestones {
  /** Reads the default branch at this commit in nine calls at most; undefined when the branch has moved on. */
  read(repository: string, commit: string): Promise<PracticeFacts | undefined>;
  /** How changes came into the default branch, in three calls. */
  readFlow(repository: string): Promise<FlowFacts>;
}

/** Files to be put into a repository, for a person to accept. Paths that are there already stay as they are. */
export type Proposal = {
  branch: string;
  title: string;
  body: string;
  message: string;
  files: { path: string; contents: Buffer }[];
};

/** Files for a branch that begins at `base`, over what is there. */
export type Revision = Proposal & { base: { branch: string; oid: string } };

export interface Proposals {
  /** Opens a pull request from this branch with one commit, or finds the one that is open; of what was closed, another is made. */
  revise(repository: string, revision: Revision): Promise<{ number: number; url: string; known: boolean }>;
  /** Opens the pull request unless there is or was one from this branch; makes the repository where it is missing. */
  propose(repository: string, proposal: Proposal): Promise<{ number: number } | 'known'>;
}

export type TemplateUpdateResult = {
  /** `unknown`: it was never seen with the files of any commit of the template. */
  state: 'committed' | 'proposed' | 'conflict' | 'current' | 'unknown';
  /** The template's commit that it was made from, recorded or found. */
  from?: string;
  commit?: string;
  pullRequest?: number;
  files: string[];
  conflicts: string[];
};

export interface TemplateUpdates {
  /**
   * Merges what changed in the template between two of its commits into a repository made from the first; without `from`, that one is
   * found by its files. `adapt` is done to the template's files as it was done when the repository was made. Throws `stale-data` when the branch moved meanwhile.
   */
  apply(wanted: {
    repository: string;
    template: string;
    from?: string;
    to: string;
    adapt: { path: string; change: (text: string) => string | undefined };
    describe: (merge: { files: string[]; conflicts: string[] }) => {
      branch: string;
      title: string;
      body: string;
      message: string;
    };
  }): Promise<TemplateUpdateResult>;
  /** Closes a pull request of an update that a newer one contains. */
  supersede(repository: string, number: number, comment: string): Promise<void>;
}

/**
 * What became of a change of the template in one repository. `committed`: on the default branch, since nobody had touched those
 * files. `proposed`, `conflict`: a pull request, which was `merged` or `refused`. `current`: it had the change. `unknown`: it
 * was never seen with the template's files, so that nothing can be merged.
 */
export type StoredTemplateUpdate = {
  repository: string;
  templateSha: string;
  fromSha?: string;
  state: 'committed' | 'proposed' | 'conflict' | 'current' | 'merged' | 'refused' | 'unknown';
  commit?: string;
  pullRequest?: number;
  files: string[];
  conflicts: string[];
  at: Date;
};

export interface TemplateStore {
  saveTemplateUpdate(organisation: string, update: StoredTemplateUpdate): Promise<void>;
  /** Oldest first. */
  templateUpdates(organisation: string): Promise<StoredTemplateUpdate[]>;
}

export interface Deadlines {
  /** The head of the default branch, and what became of it, newest first, at least down to `since`. */
  branchMoves(repository: string, since: Date): Promise<{ head: string; moves: BranchMove[] }>;
  /** Lets the tag point to the commit; `guarded` when nobody else can move it. */
  pinTag(repository: string, tag: string, commit: string): Promise<{ guarded: boolean }>;
}

export interface Archives {
  /** Writes the repository, with these commits by challenge, to a file; `lost` are challenges whose commit GitHub does not have. */
  bundle(
    repository: string,
    frozen: readonly (readonly [challenge: string, commit: string])[],
    to: string,
  ): Promise<{ state: 'bundled' | 'empty'; lost: string[] }>;
}

export interface Staff {
  /** Whether this login may write to the repository. */
  mayWrite(repository: string, login: string): Promise<boolean>;
  /** Whether this login is an active member of the organisation's team. */
  isMember(team: string, login: string): Promise<boolean>;
}

/** The part of GitHub that has them. */
export interface RepositoryPorts {
  milestones: Milestones;
  proposals: Proposals;
  templateUpdates: TemplateUpdates;
  staff: Staff;
  deadlines: Deadlines;
  archives: Archives;
  incidents: Incidents;
}
