// The evidence that grading asks for.
import type { Evidence } from '../domain/evidence/evidence.ts';
import type { PracticeStore } from '../ports/practice.ts';
import type { Database } from './pool.ts';

/** As in the index `evidence_model_served`. */
const namesModel = `kind = 'probe' and body ? 'modelVersion' and body @> '{"ok": true}'`;

export function gradingEvidence(database: Database): Pick<PracticeStore, 'gradingEvidence'> {
  return {
    async gradingEvidence(organisation, challenges, owners, probesSince) {
      const { rows } = await database.query<{ body: Evidence; at: Date }>(
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
      return rows.map(({ body, at }) => ({ ...body, at }));
    },
  };
}
