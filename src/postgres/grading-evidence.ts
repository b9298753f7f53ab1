// The evidence that grading asks for, and what a service is like by its probes: of all evidence there are millions of these.
import type { Evidence, ProbeEvidence } from '../domain/evidence/evidence.ts';
import type { PracticeStore, ProbeState } from '../ports/practice.ts';
import type { Database } from './pool.ts';

/** As in the index `evidence_model_served`. */
const namesModel = `kind = 'probe' and body ? 'modelVersion' and body @> '{"ok": true}'`;
/** As in `evidence_probe_failed` and `evidence_contested`. */
const failed = `kind = 'probe' and not body @> '{"ok": true}'`;
const contested = `kind = 'probe' and body @> '{"identity": "contested"}'`;

/** Each by itself, along `evidence_for_grades`: asked for as two lists, one student's probes of all time are read and thrown away. */
const each = (
  condition: string,
): string => `select found.* from unnest($2::text[]) as c(challenge), unnest($3::text[]) as o(owner), lateral (
             select body, at, seq from evidence
             where organisation = lower($1) and challenge = c.challenge and owner = o.owner and ${condition}
           ) found`;

export function gradingEvidence(database: Database): Pick<PracticeStore, 'gradingEvidence' | 'probeState'> {
  return {
    async gradingEvidence(organisation, challenges, owners, probesSince) {
      const { rows } = await database.query<{ body: Evidence; at: Date }>(
        `select body, at from (
           ${each(`kind < 'probe'`)} union all
           ${each(`kind > 'probe'`)} union all
           ${each(`kind = 'probe' and at >= $4`)} union all
           ${each(`at < $4 and ${namesModel} order by at desc, id collate "C" desc limit 1`)}
         ) found order by at, seq`,
        [organisation, challenges, owners, probesSince],
      );
      return rows.map(({ body, at }) => ({ ...body, at }));
    },
    probeState: (...about) => probeState(database, about),
  };
}

type StateRow = { body: ProbeEvidence; at: Date; since: Date; contested: boolean };

async function probeState(
  database: Database,
  about: Parameters<PracticeStore['probeState']>,
): Promise<ProbeState | undefined> {
  const theirs = 'organisation = lower($1) and challenge = $2 and owner = $3';
  // What failed for our reasons says nothing of the service.
  const judged = `${theirs} and kind = 'probe' and (body @> '{"ok": true}' or body ->> 'cause' = 'student')`;
  const { rows } = await database.query<StateRow>(
    `with last as materialized (
       select body, at, body -> 'ok' as ok, body -> 'code' as code from evidence where ${judged} order by at desc, seq desc limit 1
     ), before as materialized (
       (select evidence.at, seq from last, lateral (
          select at, seq from evidence where ${judged} and ${failed} and last.ok = 'true' order by at desc, seq desc limit 1) evidence)
       union all
       (select evidence.at, seq from last, lateral (
          select at, seq from evidence where ${judged} and last.ok = 'false' and (body -> 'ok', body -> 'code') <> (last.ok, last.code)
          order by at desc, seq desc limit 1) evidence)
     )
     select last.body, last.at, exists (select from evidence where ${theirs} and ${contested}) as contested,
       (select at from evidence
        where ${judged} and at >= coalesce((select max(at) from before), '-infinity') and (at, seq) > (coalesce((select max(at) from before), '-infinity'), coalesce((select max(seq) from before), 0))
        order by at, seq limit 1) as since
     from last`,
    about,
  );
  const [row] = rows;
  return row && { last: { ...row.body, at: row.at }, since: row.since, contested: row.contested };
}
