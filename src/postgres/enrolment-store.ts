// Claims of rows of the roster, in the database: a row has one, and a person has one.
import type { Claim, EnrolmentStore } from '../ports/enrolment.ts';
import type { Database } from './pool.ts';

type Row = {
  seq: number;
  key: string;
  login: string;
  account_id: number;
  claimed_at: Date;
  undone_at: Date | null;
  undone_by: string | null;
  written: boolean;
};

export function enrolmentStore(database: Database): EnrolmentStore {
  return {
    async claimRow(organisation, key, { id, login }, at) {
      const { rowCount } = await database.query(
        `insert into enrolment (organisation, key, login, account_id, claimed_at) values (lower($1), $2, $3, $4, $5)
         on conflict do nothing`,
        [organisation, key, login, id, at],
      );
      if (rowCount === 1) return 'claimed';
      const { rows } = await database.query(
        'select from enrolment where organisation = lower($1) and account_id = $2 and undone_at is null',
        [organisation, id],
      );
      return rows.length > 0 ? 'person' : 'row';
    },
    async undoClaim(organisation, seq, by, at) {
      const { rowCount } = await database.query(
        `update enrolment set undone_at = $3, undone_by = $4, written = false
         where organisation = lower($1) and seq = $2 and undone_at is null`,
        [organisation, seq, at, by],
      );
      return rowCount === 1;
    },
    async claims(organisation) {
      const { rows } = await database.query<Row>(
        `select seq::float8 as seq, key, login, account_id::float8 as account_id, claimed_at, undone_at, undone_by, written
         from enrolment where organisation = lower($1) order by seq desc`,
        [organisation],
      );
      return rows.map(toClaim);
    },
    async markWritten(organisation, claims) {
      await database.query(
        `update enrolment e set written = true from unnest($2::bigint[], $3::boolean[]) as c(seq, undone)
         where e.organisation = lower($1) and e.seq = c.seq and (e.undone_at is not null) = c.undone`,
        [organisation, claims.map(({ seq }) => seq), claims.map(({ undone }) => undone !== undefined)],
      );
    },
  };
}

function toClaim({ seq, key, login, account_id, claimed_at, undone_at, undone_by, written }: Row): Claim {
  const undone = undone_at === null ? {} : { undone: { at: undone_at, by: undone_by ?? '' } };
  return { seq, key, login, accountId: account_id, claimedAt: claimed_at, ...undone, written };
}
