// People who are signed in, and what they did by name.

/** An account of GitHub, as GitHub itself told it. */
export type Person = { id: number; login: string };

export type StaffAct = { at: Date; by?: Person; act: string; subject: string };

export type OpenSession = Person & { openedAt: Date; expiresAt: Date };

export interface Sessions {
  /** Remembers a person under a digest of their browser's secret, for so many seconds. */
  open(digest: Buffer, person: Person, seconds: number): Promise<void>;
  /** Whose it is, unless it has expired or was revoked. */
  find(digest: Buffer): Promise<Person | undefined>;
  revoke(digest: Buffer): Promise<void>;
  /** Of an account, all of them; returns how many there were. */
  revokeAll(login: string): Promise<number>;
  /** All that are open, by login. */
  list(): Promise<OpenSession[]>;
  /** `by` is absent where somebody holds the dashboard's token. */
  addAct(organisation: string, act: Omit<StaffAct, 'at'>): Promise<void>;
  /** Newest first, so many at most. */
  acts(organisation: string, most: number): Promise<StaffAct[]>;
}

/** GitHub's own sign-in, by the App. */
export type SignInDoor = {
  /** Where a browser is sent. */
  address: (state: string, verifier: string) => Promise<string>;
  /** Who came back, by GitHub's word; undefined where it does not stand by what the browser brought. */
  finish: (callback: URL, state: string, verifier: string) => Promise<Person | undefined>;
};

/** What a person is in a course: staff, or who has a repository in it, or neither. */
export type CourseRole = { staff: boolean; owner?: string };
