// What the flows of drills need from outside: what is remembered of them, and GitHub's record of an incident.
import type { Drill } from '../domain/drill/drill.ts';
import type { IncidentPull } from '../domain/drill/post-mortem.ts';

export interface DrillStore {
  /** Of one owner, or of everybody, in the order in which they began. */
  drills(organisation: string, owner?: string): Promise<Drill[]>;
  /** Returns false when it is known already, and leaves that one as it is; or when another one of the owner runs. */
  addDrill(organisation: string, drill: Drill): Promise<boolean>;
  saveDrill(organisation: string, drill: Drill): Promise<void>;
}

/** A push to the default branch by a person or by the app, at GitHub's second. */
export type IncidentPush = { at: Date; login: string; isPerson: boolean; after: string };
export type IncidentRecord = {
  comments: { at: Date; login: string }[];
  /** Of every branch, the oldest first. */
  pushes: (IncidentPush & { isDefault: boolean })[];
};

export type FileChange = { path: string; contents?: Buffer };

export interface Incidents {
  /** What people said in the issue, and what was pushed, since then. */
  record(repository: string, issue: number | undefined, since: Date): Promise<IncidentRecord>;
  /** Pull requests of people since then that name the issue, with their commits. */
  pulls(repository: string, issue: number, since: Date): Promise<IncidentPull[]>;
  /** One commit on the default branch, found again by its trailer; `before` is the head that it was laid on. */
  change(
    repository: string,
    commit: { changes: FileChange[]; message: string; trailer: string },
  ): Promise<{ commit: string; before: string; at: Date }>;
  /** The head of the default branch. */
  head(repository: string): Promise<string>;
}

/** What lies at a remote that the app writes to. Both do nothing where it is so already. */
export interface RemoteFaults {
  hide(remote: string, name: string): Promise<void>;
  restore(remote: string, name: string): Promise<void>;
}
