// A person who signed in says which row of the roster they are; their login is then written into it.
import { findRows, rosterRows, type RosterRow } from '../../domain/course/roster-rows.ts';
import type { Claim } from '../../ports/enrolment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Person } from '../../ports/session.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { writeRosterJob } from '../jobs/queue-jobs.ts';

type Asking = { store: Store; clock: Clock };

/** `unknown`: no such row. `ambiguous`: several. `taken`: another account is on it. `elsewhere`: they have claimed another row. */
export type Claimed = {
  outcome: 'claimed' | 'enrolled' | 'unknown' | 'ambiguous' | 'taken' | 'elsewhere' | 'no-course';
  row?: RosterRow;
};

/** `wanted` is what the person typed, or the key of the row that their link is for. */
export async function claimRow(
  { store, clock }: Asking,
  organisation: string,
  person: Person,
  wanted: { typed: string } | { key: string },
): Promise<Claimed> {
  const rows = await rosterInForce(store, organisation);
  if (!rows) return { outcome: 'no-course' };
  const own = rows.find(({ login }) => login.toLowerCase() === person.login.toLowerCase());
  if (own) return { outcome: 'enrolled', row: own };
  const found = 'key' in wanted ? rows.filter(({ key }) => key === wanted.key) : findRows(rows, wanted.typed);
  const [row] = found;
  if (!row) return { outcome: 'unknown' };
  // A key that two rows have would write one login into both.
  if (found.length > 1 || rows.filter(({ key }) => key === row.key).length > 1) return { outcome: 'ambiguous' };
  if (row.login !== '') return { outcome: 'taken', row };
  return store.transaction(async (inside) => {
    const made = await inside.claimRow(organisation, row.key, person, clock.now());
    if (made === 'claimed') await inside.enqueue([writeRosterJob(organisation, clock.now())]);
    if (made !== 'person') return { outcome: made === 'claimed' ? 'claimed' : 'taken', row };
    const before = (await inside.claims(organisation)).find(
      ({ accountId, undone }) => accountId === person.id && !undone,
    );
    return before?.key === row.key ? { outcome: 'claimed', row } : { outcome: 'elsewhere' };
  });
}

/** Takes a claim back: the login leaves the roster, and the row can be claimed again. */
export async function undoClaim(
  { store, clock }: Asking,
  organisation: string,
  seq: number,
  by: string,
): Promise<boolean> {
  return store.transaction(async (inside) => {
    const undone = await inside.undoClaim(organisation, seq, by, clock.now());
    if (undone) await inside.enqueue([writeRosterJob(organisation, clock.now())]);
    return undone;
  });
}

export type Enrolment = { record: CourseRecord; rows: (RosterRow & { claim?: Claim })[] };

/** The roster in force with the claims of its rows; undefined while there is none. */
export async function showEnrolment(store: Store, organisation: string): Promise<Enrolment | undefined> {
  const record = await store.course(organisation);
  const rows = await rosterInForce(store, organisation);
  if (!record || !rows) return undefined;
  const claims = (await store.claims(organisation)).filter(({ undone }) => !undone);
  const byKey = new Map(claims.map((claim) => [claim.key, claim]));
  return {
    record,
    rows: rows.map((row) => ({ ...row, ...(byKey.has(row.key) ? { claim: byKey.get(row.key)! } : {}) })),
  };
}

async function rosterInForce(store: Store, organisation: string): Promise<RosterRow[] | undefined> {
  const found = await inForce(store, organisation);
  const text = found?.record.files[found.course.roster];
  return text === undefined ? undefined : rosterRows(text);
}
