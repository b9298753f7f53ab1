// Scores as they were last computed, and the evidence that grading asks for.
import type { Evidence } from '../domain/evidence/evidence.ts';
import type { GradebookRow } from '../domain/grade/gradebook.ts';
import type { PracticeStore, Standing } from '../ports/practice.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type StandingStore = Pick<PracticeStore, 'gradingEvidence' | 'evidenceHeads' | 'standings' | 'saveStandings'>;

/** As in the index `evidence_model_served`. */
const namesModel = `kind = 'probe' and body ? 'modelVersion' and body @> '{"ok": true}'`;

export function standingStore(database: Database): StandingStore {
  return {
    async gradingEvidence(organisation, challenges, owners, probesSince) {
      const { rows } = await database.query<Stored>(
        `select body, at from (
           select body, at, seq from evidence
           where organisation = lower($1) and challenge = any($2) and owner = any($3) and kind <> 'probe'
           union all
           select body, at, seq from evidence
           where organisation = lower($1) and challenge = any($2) and owner = any($3) and kind = 'probe' and at >= $4
           union all
           select before.* from unnest($2::text[]) as c(challenge), unnest($3::text[]) as o(owner), lateral (
             select body, at, seq from evidence
             where organisation = lower($1) and challenge = c.challenge and owner = o.owner and at < $4 and ${namesModel}
             order by at desc, id collate "C" desc limit 1
           ) before
         ) found order by at, seq`,
        [organisation, challenges, owners, probesSince],
      );
      return rows.map(toEvidence);
    },
    async evidenceHeads(organisation, owners) {
      const { rows } = await database.query<{ owner: string; seq: number | null }>(
        `select owner, (select count(*) from evidence e where e.organisation = lower($1) and e.owner = o.owner) as seq
         from unnest($2::text[]) as o(owner)`,
        [organisation, owners],
      );
      return new Map(rows.map(({ owner, seq }) => [owner, seq ?? 0]));
    },
    async standings(organisation) {
      const { rows } = await database.query<{ at: Date; basis: string; seq: number; body: GradebookRow }>(
        'select at, basis, evidence_seq as seq, body from standing where organisation = lower($1)',
        [organisation],
      );
      return rows.map(({ body, ...rest }) => ({ ...rest, row: withDates(body) }));
    },
    saveStandings: (organisation, standings) => save(database, organisation, standings),
  };
}

async function save(database: Database, organisation: string, standings: readonly Standing[]): Promise<void> {
  const values = standings.map(({ row, at, basis, seq }) => {
    const { owner, challenge } = row;
    return { owner, challenge, at, basis, seq, body: row };
  });
  // In order, so that two who save at once wait for each other and never both.
  await database.query(
    `insert into standing (organisation, owner, challenge, at, basis, evidence_seq, body)
     select lower($1), s.owner, s.challenge, s.at, s.basis, s.seq, s.body
     from jsonb_to_recordset($2::jsonb)
       as s(owner text, challenge text, at timestamptz, basis text, seq bigint, body jsonb)
     order by s.owner, s.challenge
     on conflict (organisation, owner, challenge) do update set at = excluded.at, basis = excluded.basis,
       evidence_seq = excluded.evidence_seq, body = excluded.body`,
    [organisation, toJson(values)],
  );
}

type Stored = { body: Evidence; at: Date };

function toEvidence({ body, at }: Stored): Evidence {
  return { ...body, at };
}

function withDates(row: GradebookRow): GradebookRow {
  return { ...row, overrides: row.overrides.map((one) => ({ ...one, at: new Date(one.at) })) };
}
