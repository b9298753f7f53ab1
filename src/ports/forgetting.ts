// What the store must do so that nothing is left of a person.

/** Rows by what they are, as they were or would be removed. */
export type Forgotten = Record<'evidence' | 'requests' | 'decisions' | 'releases' | 'webhooks', number>;

export type WholeOwner = {
  slug: string;
  /** Names of the repositories. */
  repositories: readonly string[];
  tombstones: readonly { seq: number; line: string }[];
  /** Ids of what was decided about the owner. */
  acts: readonly string[];
};

export interface ForgettingStore {
  /** How much there is about the owner. */
  countOwner(organisation: string, owner: Pick<WholeOwner, 'slug' | 'repositories' | 'acts'>): Promise<Forgotten>;
  /** Removes everything about an owner, and leaves tombstones in the ledger. */
  forgetOwner(organisation: string, owner: WholeOwner): Promise<void>;
  /** Removes webhooks and jobs of these repositories: once for all of them, since all that there are are looked through. */
  forgetWork(organisation: string, repositories: readonly string[]): Promise<void>;
  /** Removes what the app knows of accounts, and their webhooks; the roster is the stored files without them. */
  forgetAccounts(organisation: string, logins: readonly string[], files: Record<string, string>): Promise<void>;
}
