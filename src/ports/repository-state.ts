// What flows need to look at student repositories again, and to bring them back to what the course wants.
import type { Permission, Visibility } from '../domain/course/course.ts';
import type { FoundRepository } from '../domain/repository/repository.ts';

/** What is behind a name, seen from outside: enough to tell ours from others. */
export type NamedRepository = { id: number; visibility: Visibility; createdAt: Date; archived: boolean };

export interface RepositoryStates {
  /** Undefined where it is gone: deleted, or out of the organisation. */
  read(repository: { id: number } | { name: string }): Promise<FoundRepository | undefined>;
  /** Those of the names that are taken, by name; a hundred a call. */
  named(names: readonly string[]): Promise<Map<string, NamedRepository>>;
  /** GitHub's ids by login, of those that exist; a hundred a call. */
  accounts(logins: readonly string[]): Promise<Map<string, number>>;
  teamExists(slug: string): Promise<boolean>;
  /** False where the name is taken, or GitHub refuses it. */
  rename(name: string, to: string): Promise<boolean>;
  setVisibility(name: string, visibility: Visibility): Promise<void>;
  /** Refused where GitHub knows no such login, or for a reason that it says. */
  letIn(
    name: string,
    login: string,
    permission: Permission,
  ): Promise<'in' | 'invited' | { refused: string; unknown?: true }>;
  /** What an account is called now; undefined where it is gone. */
  loginOf(account: number): Promise<string | undefined>;
  letOut(name: string, login: string): Promise<void>;
  withdrawInvitation(name: string, invitation: number): Promise<void>;
  /** False where there is no such team any more. */
  letTeamIn(name: string, team: string, permission: Permission): Promise<boolean>;
}
