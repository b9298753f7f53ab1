// A student repository twice: as the course wants it, and as GitHub has it.
import type { Permission, Visibility } from '../course/course.ts';

/** A login is a name that people change; `account` is GitHub's id of them, once it is known. */
export type Person = { login: string; account?: number };

export type WantedRepository = {
  name: string;
  /** GitHub's id of the repository, once it was made. */
  id?: number;
  visibility: Visibility;
  permission: Permission;
  members: Person[];
  /** Whom the app let in and who is no member any more: with what they keep. */
  former: (Person & { access: 'pull' | 'none' })[];
  staff?: { team: string; permission: Permission };
  defaultBranch?: string;
};

export type FoundRepository = {
  id: number;
  name: string;
  visibility: Visibility;
  archived: boolean;
  /** Without a single commit. */
  empty: boolean;
  defaultBranch: string;
  createdAt: Date;
  actions: boolean;
  /** Whom the repository itself lets in; who gets in through the organisation is not among them. */
  people: (Person & { account: number; permission: Permission })[];
  invitations: { id: number; login: string; account: number; permission: Permission; expired: boolean; since: Date }[];
  teams: { team: string; permission: Permission }[];
  /** Whether a ruleset of ours keeps others from the tags of deadlines; absent where there can be none. */
  guarded?: boolean;
};

/** One way in which they differ. What the app does about it follows from the kind: see `remedies`. */
export type Difference =
  | { kind: 'gone' }
  | { kind: 'archived' }
  | { kind: 'empty' }
  | { kind: 'actions-off' }
  | { kind: 'renamed'; found: string }
  | { kind: 'default-branch'; found: string; wanted: string }
  | { kind: 'visibility'; found: Visibility; wanted: Visibility }
  | { kind: 'no-access'; login: string; account?: number; wanted: Permission }
  | { kind: 'invited'; login: string; since: Date }
  | { kind: 'invitation-expired'; login: string; invitation: number; wanted: Permission }
  | { kind: 'invitation-left'; login: string; invitation: number }
  | { kind: 'refused'; login: string; reason: string }
  | { kind: 'not-ours'; reason: string }
  | { kind: 'access'; login: string; found: Permission; wanted: Permission }
  | { kind: 'access-left'; login: string; found: Permission; wanted: 'pull' | 'none' }
  | { kind: 'stranger'; login: string; found: Permission }
  | { kind: 'account-renamed'; login: string; found: string }
  | { kind: 'staff-access'; team: string; found?: Permission; wanted: Permission };

/**
 * `mend`: the app changes GitHub. `follow`: the app changes what it knows. `wait`: time or somebody else ends it. `tell`: only the
 * teacher can decide.
 */
export type Remedy = 'mend' | 'follow' | 'wait' | 'tell';

export const remedies: Record<Difference['kind'], Remedy> = {
  gone: 'mend',
  archived: 'tell',
  empty: 'wait',
  'actions-off': 'tell',
  renamed: 'mend',
  'default-branch': 'follow',
  visibility: 'mend',
  'no-access': 'mend',
  invited: 'wait',
  'invitation-expired': 'mend',
  'invitation-left': 'mend',
  refused: 'tell',
  'not-ours': 'tell',
  access: 'mend',
  'access-left': 'mend',
  stranger: 'tell',
  'account-renamed': 'tell',
  'staff-access': 'mend',
};
