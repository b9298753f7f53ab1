// How the whole stands, in numbers, as one moment of the database has it.
import { remedies } from '../domain/repository/repository.ts';
import { lateAfterMs, type CourseFigures, type Figures, type QueueFigures } from '../ports/figures.ts';
import type { Store } from '../ports/store.ts';
import { listHolds } from './hold-store.ts';
import type { Database } from './pool.ts';

type CourseRow = Omit<CourseFigures, 'ledger' | 'shipments' | 'refusedAt' | 'oldestDueAt'> &
  CourseFigures['shipments'] & {
    refusedAt: string | null;
    oldestDueAt: Date | null;
    seq: number | null;
    hash: string | null;
    behind: number;
  };
type WorkRow = {
  parked: number;
  timerDueAt: Date | null;
  lastAt: Date | null;
  waiting: number;
  oldestAt: Date | null;
};

export function figuresStore(database: Database): Pick<Store, 'figures' | 'staffNotices' | 'saveStaffNotices'> {
  return {
    async figures(now): Promise<Figures> {
      const queue = await database.query<{ kind: QueueFigures['kind']; due: number; oldest: Date | null }>(queueSql, [
        now,
      ]);
      const work = (await database.query<WorkRow>(workSql)).rows[0]!;
      const late = new Date(now.getTime() - lateAfterMs);
      const { rows } = await database.query<CourseRow>(courseSql, [now, late, waiting]);
      return {
        queue: queue.rows.map(({ kind, due, oldest }) => ({ kind, due, ...(oldest ? { oldestDueAt: oldest } : {}) })),
        parked: work.parked,
        holds: await listHolds(database),
        courses: rows.map(toCourse),
        webhooks: {
          waiting: work.waiting,
          ...(work.lastAt ? { lastAt: work.lastAt } : {}),
          ...(work.oldestAt ? { oldestAt: work.oldestAt } : {}),
        },
        ...(work.timerDueAt ? { timerDueAt: work.timerDueAt } : {}),
      };
    },
    async staffNotices() {
      const { rows } = await database.query<{ key: string; said: string }>(
        'select key, said from staff_notice order by since, key',
      );
      return rows;
    },
    async saveStaffNotices(begun, over, now) {
      await database.query(
        `with gone as (delete from staff_notice where key = any($3))
         insert into staff_notice (key, said, since) select key, said, $4 from unnest($1::text[], $2::text[]) as n(key, said)
         on conflict (key) do nothing`,
        [begun.map(({ key }) => key), begun.map(({ said }) => said), over, now],
      );
    },
  };
}

function toCourse(row: CourseRow): CourseFigures {
  const { organisation, login, inForce, refusedAt, oldestDueAt, seq, hash, behind, differing, ...shipments } = row;
  const { sent, planned, due, late, parked, held } = shipments;
  return {
    organisation,
    login,
    inForce,
    differing,
    shipments: { sent, planned, due, late, parked, held },
    ledger: { seq: seq ?? 0, behind, ...(hash === null ? {} : { hash }) },
    ...(refusedAt === null ? {} : { refusedAt: new Date(refusedAt) }),
    ...(oldestDueAt ? { oldestDueAt } : {}),
  };
}

/** Kinds of differences that end by themselves, or by somebody else’s doing. */
const waiting = Object.entries(remedies).flatMap(([kind, remedy]) => (remedy === 'wait' ? [kind] : []));

const queueSql = `
  select kinds.kind, count(job.key)::int as due, min(job.due_at) as oldest
  from unnest(array['prompt', 'bulk', 'upkeep']) as kinds(kind)
  left join job on job.kind = kinds.kind and job.state = 'open' and job.due_at <= $1 and job.held_by is null
  group by kinds.kind order by kinds.kind`;

const workSql = `
  select (select count(*)::int from job where state = 'parked') as parked,
    (select due_at from job where key = 'reconcile') as "timerDueAt",
    (select max(received_at) from delivery) as "lastAt", count(job.key)::int as waiting, min(received_at) as "oldestAt"
  from job join delivery on delivery.guid = substr(job.key, length('delivery/') + 1)
  where job.name = 'delivery' and job.state = 'open'`;

/** Cancelled ones are in no count; a held one is not due; one that failed and will be tried again is. */
const courseSql = `
  select course.organisation, course.login, course.commit_sha is not null as "inForce", course.refused ->> 'at' as "refusedAt",
    head.seq::float8 as seq, head.hash, coalesce(sent, 0) as sent, coalesce(planned, 0) as planned, coalesce(due, 0) as due,
    coalesce(late, 0) as late, coalesce(parked, 0) as parked, coalesce(held, 0) as held, "oldestDueAt",
    (select count(*)::int from ledger_wanted w where w.organisation = course.organisation) as behind,
    (select count(*)::int from student_repository r where r.organisation = course.organisation and (r.state = 'failed' or exists (
      select from jsonb_array_elements(r.differences) as one where one ->> 'kind' <> all($3::text[])))) as differing
  from course
  left join lateral (select seq, hash from ledger l where l.organisation = course.organisation order by seq desc limit 1) as head on true
  left join (
    select organisation, count(*) filter (where state = 'dispatched')::int as sent,
      count(*) filter (where waits and due > $1)::int as planned,
      count(*) filter (where waits and due <= $1)::int as due,
      count(*) filter (where waits and due <= $2)::int as late,
      count(*) filter (where is_parked)::int as parked,
      count(*) filter (where is_held)::int as held,
      min(due) filter (where waits and due <= $1) as "oldestDueAt"
    from (
      select s.organisation, s.state, s.due,
        open and coalesce(job.state, case when s.state = 'failed' then 'parked' end) = 'parked' as is_parked,
        open and job.state = 'paused' as is_held,
        open and coalesce(job.state, case when s.state = 'failed' then 'parked' else 'open' end) = 'open' as waits
      from (select *, state in ('planned', 'failed') as open from shipment) as s
      left join job on job.key = 'dispatch-shipment/' || s.organisation || '/' || s.id) as one
    group by organisation) as counted using (organisation)
  order by course.organisation`;
