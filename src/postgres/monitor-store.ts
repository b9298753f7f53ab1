// What happened in one challenge, summed up, and what the staff wrote to whom.
import type { Criterion } from '../domain/challenge/challenge.ts';
import type { MonitorStore, Needing, Reminder, RequestFigures, LateFigures, ProbeFigures } from '../ports/monitor.ts';
import type { Database } from './pool.ts';

export function monitorStore(database: Database): MonitorStore {
  return { ...releases(database), ...answers(database), ...reminders(database) };
}

type Releases = Pick<MonitorStore, 'courseMark' | 'lateFigures' | 'needing'>;
type Answers = Pick<MonitorStore, 'requestFigures' | 'probeFigures'>;

function releases(database: Database): Releases {
  return {
    async courseMark(organisation) {
      const { rows } = await database.query<{ mark: string }>(
        `select concat_ws(' ',
           (select max(seq) from evidence where organisation = lower($1)),
           -- What is sent is evidence, and what is planned comes with a commit.
           (select count(*) from shipment where organisation = lower($1) and state = 'failed'),
           (select concat_ws(' ', count(*), count(sent_at)) from reminder where organisation = lower($1)),
           (select commit_sha from course where organisation = lower($1))) as mark`,
        [organisation],
      );
      return rows[0]?.mark ?? '';
    },
    async lateFigures(organisation, challenge, releases, now) {
      // Whoever got it later has as much time as the others had.
      const { rows } = await database.query<LateFigures>(
        `select release, count(*) filter (where merged_at > limit_at) as late,
           count(*) filter (where merged_at is null and green_at is null and limit_at < $6) as overdue
         from (
           select p.*, by_at + greatest(shipped_at - due, interval '0') as limit_at
           from release_progress p join unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) as r(release, due, by_at)
             using (release)
           where organisation = lower($1) and challenge = $2 and shipped_at is not null
         ) timed group by release`,
        [
          organisation,
          challenge,
          releases.map(({ name }) => name),
          releases.map(({ due }) => due),
          releases.map(({ by }) => by),
          now,
        ],
      );
      return rows;
    },
    needing: (...values) => needing(database, values),
  };
}

async function needing(
  database: Database,
  values: Parameters<MonitorStore['needing']>,
): ReturnType<MonitorStore['needing']> {
  const { rows } = await database.query<Omit<Needing, 'behind'> & { behind: Criterion[]; total: number }>(
    `select owner, name, members, criteria, behind, lost, count(*) over () as total
     from standing s join standing_owner using (organisation, owner), lateral (
       -- A release that has just come is nobody's fault.
       select exists (select from release_progress p where p.organisation = s.organisation and p.challenge = s.challenge
         and p.owner = s.owner and p.green_at is null and p.shipped_at < $5) as waits
     ) grace, lateral (
       select array_agg(key order by (value ->> 'of')::float8 - (value ->> 'points')::float8 desc, key)
           filter (where (value ->> 'points')::float8 < $3 * (value ->> 'of')::float8
             and (waits or key <> all('{data,pipeline,freshness}'))) as behind,
         sum((value ->> 'of')::float8 - (value ->> 'points')::float8) as lost
       from jsonb_each(criteria)
     ) each
     where s.organisation = lower($1) and s.challenge = $2 and behind is not null
     order by lost desc, place limit $4`,
    values,
  );
  return {
    rows: rows.map(({ owner, name, members, criteria, behind, lost }) => ({
      owner,
      name,
      members,
      criteria,
      behind,
      lost,
    })),
    total: rows[0]?.total ?? 0,
  };
}

function answers(database: Database): Answers {
  return {
    async requestFigures(organisation, challenge, withRelease) {
      const { rows } = await database.query<RequestFigures>(
        `select rule, case when rule = any($3) then release else '' end as release, count(*) as asked,
           count(*) filter (where state = 'open') as open,
           count(*) filter (where answers <> '[]') as answered,
           count(*) filter (where answers @> '[{"verdict": "correct", "counted": true}]') as correct,
           count(*) filter (where state = 'closed' and answers = '[]') as silent
         from request where organisation = lower($1) and challenge = $2 and state <> 'planned'
         group by 1, 2 order by 1, min(due), 2`,
        [organisation, challenge, withRelease],
      );
      return rows;
    },
    async probeFigures(organisation, challenge, since) {
      // One look-up for each student: of all probes there are millions.
      const { rows } = await database.query<ProbeFigures>(
        `with places as (select distinct owner, lower(repository) as repository from shipment
           where organisation = lower($1) and challenge = $2)
         select count(url) as registered, count(*) filter (where url is not null and last_ok) as up,
           coalesce(sum(probes), 0)::int as probes, coalesce(sum(good), 0)::int as good
         from places left join endpoint e on e.organisation = lower($1) and e.repository = places.repository,
         lateral (
           select count(*) as probes, count(*) filter (where (body ->> 'ok')::boolean) as good from evidence v
           where v.organisation = lower($1) and v.challenge = $2 and v.owner = places.owner and v.kind = 'probe' and v.at >= $3
         ) seen`,
        [organisation, challenge, since],
      );
      return rows[0] ?? { registered: 0, up: 0, probes: 0, good: 0 };
    },
  };
}

type Row = {
  id: string;
  challenge: string;
  owner: string;
  repository: string;
  body: string;
  written_at: Date;
  written_by: string;
  sent_at: Date | null;
};

type Reminders = Omit<MonitorStore, keyof Releases | keyof Answers>;

function reminders(database: Database): Reminders {
  return {
    async addReminder(organisation, { id, challenge, owner, repository, body, writtenAt, writtenBy }) {
      const { rowCount } = await database.query(
        `insert into reminder (organisation, id, challenge, owner, repository, body, written_at, written_by)
         values (lower($1), $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
        [organisation, id, challenge, owner, repository, body, writtenAt, writtenBy],
      );
      return rowCount === 1;
    },
    async reminder(organisation, id) {
      const { rows } = await database.query<Row>('select * from reminder where organisation = lower($1) and id = $2', [
        organisation,
        id,
      ]);
      return rows[0] && toReminder(rows[0]);
    },
    async markReminded(organisation, id, at) {
      await database.query('update reminder set sent_at = $3 where organisation = lower($1) and id = $2', [
        organisation,
        id,
        at,
      ]);
    },
    async lastReminders(organisation, challenge, owners) {
      const { rows } = await database.query<Row>(
        `select distinct on (owner) * from reminder
         where organisation = lower($1) and challenge = $2 and owner = any($3) order by owner, written_at desc`,
        [organisation, challenge, owners],
      );
      return new Map(rows.map((row) => [row.owner, toReminder(row)]));
    },
  };
}

function toReminder({ written_at, written_by, sent_at, id, challenge, owner, repository, body }: Row): Reminder {
  const said = sent_at === null ? {} : { sentAt: sent_at };
  return { id, challenge, owner, repository, body, writtenAt: written_at, writtenBy: written_by, ...said };
}
