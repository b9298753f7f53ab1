// Claims of rows of the roster by people who signed in.
import type { Person } from './session.ts';

export type Claim = {
  seq: number;
  /** Of the row: `rosterRows`. */
  key: string;
  login: string;
  accountId: number;
  claimedAt: Date;
  undone?: { at: Date; by: string };
  /** The roster says so; of what was undone: says so no more. */
  written: boolean;
};

export interface EnrolmentStore {
  /** `row`: somebody has claimed it. `person`: they have claimed another. */
  claimRow(organisation: string, key: string, person: Person, at: Date): Promise<'claimed' | 'row' | 'person'>;
  /** False where there is no such claim, or it was undone before. */
  undoClaim(organisation: string, seq: number, by: string, at: Date): Promise<boolean>;
  /** Newest first. */
  claims(organisation: string): Promise<Claim[]>;
  /** The roster says what these claims say, in the state in which they were read. */
  markWritten(organisation: string, claims: readonly Pick<Claim, 'seq' | 'undone'>[]): Promise<void>;
}
