// The ledger in the database: appended to by one transaction at a time, never changed.
import { ledgerLine, type LedgerEntry } from '../domain/ledger/ledger.ts';
import type { Evidence } from '../domain/evidence/evidence.ts';
import type { LedgerRow, LedgerWanted, PracticeStore } from '../ports/practice.ts';
import type { Database } from './pool.ts';

type LedgerStore = Pick<
  PracticeStore,
  | 'ledgerHead'
  | 'ledgerDigests'
  | 'appendLedger'
  | 'ledgerLines'
  | 'takeLedgerWanted'
  | 'wantLedger'
  | 'evidenceOutsideLedger'
>;

/** Entries in one statement: those of a large class at once are more than a statement can hold. */
const chunk = 1000;

export function ledgerStore(database: Database): LedgerStore {
  return {
    ledgerHead: (organisation) => readHead(database, organisation),
    async takeLedgerWanted(organisation) {
      const { rows } = await database.query<LedgerWanted>(
        `with taken as (delete from ledger_wanted where organisation = lower($1) returning owner, evidence_seq, whole)
         select owner, bool_or(whole) as whole,
           coalesce(jsonb_agg(evidence_seq) filter (where evidence_seq is not null), '[]') as seqs
         from taken group by owner order by owner`,
        [organisation],
      );
      return rows;
    },
    async wantLedger(organisation, owners) {
      if (owners.length === 0) return;
      await database.query(
        'insert into ledger_wanted (organisation, owner, whole) select lower($1), owner, true from unnest($2::text[]) as o(owner)',
        [organisation, owners],
      );
    },
    evidenceOutsideLedger: (organisation, owners, seqs) => readOutside(database, organisation, owners, seqs),
    async ledgerDigests(organisation, subjects) {
      if (subjects.length === 0) return new Map();
      const { rows } = await database.query<{ subject: string; digest: string }>(
        `select distinct on (subject) subject, digest from ledger
         where organisation = lower($1) and subject = any($2) order by subject, seq desc`,
        [organisation, subjects],
      );
      return new Map(rows.map(({ subject, digest }) => [subject, digest]));
    },
    async appendLedger(organisation, rows) {
      for (let from = 0; from < rows.length; from += chunk)
        await append(database, organisation, rows.slice(from, from + chunk));
    },
    async ledgerLines(organisation, from, limit) {
      const { rows } = await database.query<{ line: string }>(
        'select line from ledger where organisation = lower($1) and seq >= $2 order by seq limit $3',
        [organisation, from, limit],
      );
      return rows.map(({ line }) => line);
    },
  };
}

async function append(database: Database, organisation: string, rows: readonly LedgerRow[]): Promise<void> {
  const observed = rows.map(({ entry: { body } }) => (body.kind === 'observation' ? body.evidence.id : null));
  await database.query(
    `insert into ledger (organisation, seq, subject, digest, hash, line, evidence_seq)
     select lower($1), l.seq, l.subject, l.digest, l.hash, l.line, e.seq
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
       as l(seq, subject, digest, hash, line, evidence)
     left join evidence e on e.organisation = lower($1) and e.id = l.evidence`,
    [
      organisation,
      rows.map(({ entry }) => entry.seq),
      rows.map(({ subject }) => subject),
      rows.map(({ digest }) => digest),
      rows.map(({ entry }) => entry.hash),
      rows.map(({ entry }) => ledgerLine(entry)),
      observed,
    ],
  );
}

async function readOutside(
  database: Database,
  organisation: string,
  owners: readonly string[],
  seqs: readonly number[],
): Promise<Evidence[]> {
  const outside = (where: string): string =>
    `select body, at, seq from evidence e where organisation = lower($1) and ${where}
       and not exists (select from ledger l where l.organisation = e.organisation and l.subject = 'evidence/' || e.id)`;
  const { rows } = await database.query<{ body: Evidence; at: Date }>(
    `select body, at from (${outside('owner = any($2)')} union all ${outside('seq = any($3) and owner <> all($2)')}) found
     order by at, seq`,
    [organisation, owners, seqs],
  );
  return rows.map(({ body, at }) => ({ ...body, at }));
}

async function readHead(
  database: Database,
  organisation: string,
): Promise<Pick<LedgerEntry, 'seq' | 'hash'> | undefined> {
  const { rows } = await database.query<{ seq: number; hash: string }>(
    'select seq, hash from ledger where organisation = lower($1) order by seq desc limit 1',
    [organisation],
  );
  return rows[0];
}
