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
      const work = (await database.query<WorkRow>(workSql, [now])).rows[0]!;
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

/**
 * Open jobs whose time has come, from the indexes of the queue: those of the future are not looked at. Those in line by way of who
 * is first, because the server takes jobs that nobody has looked at yet for such as stand in line, and would read them all.
 */
const dueJobs = `
  select kind, due_at, held_by, name, key from job where state = 'open' and head and not rests and kind in ('prompt', 'bulk', 'upkeep') and due_at <= $1
  union all select kind, due_at, held_by, name, key from job where state = 'open' and head is null and not rests and due_at <= $1
  union all select line.* from job first, lateral (
    select kind, due_at, held_by, name, key from job where state = 'open' and head = false and lane = first.lane and due_at <= $1) as line
    where state = 'open' and head and lane is not null
  union all select kind, due_at, held_by, name, key from job where state = 'open' and rests and head is distinct from false and due_at <= $1`;

const queueSql = `
  with counted as (select kind, count(*)::int as due, min(due_at) as oldest from (${dueJobs}) as now_due where held_by is null group by kind)
  select kind, coalesce(due, 0) as due, oldest from unnest(array['prompt', 'bulk', 'upkeep']) as kinds(kind)
  left join counted using (kind) order by kind`;

const workSql = `
  select (select count(*)::int from job where state = 'parked') as parked,
    (select due_at from job where key = 'reconcile') as "timerDueAt",
    (select max(received_at) from delivery) as "lastAt", count(waits.key)::int as waiting, min(received_at) as "oldestAt"
  from (${dueJobs}) as waits join delivery on delivery.guid = substr(waits.key, length('delivery/') + 1)
  where waits.name = 'delivery'`;

/**
 * Cancelled ones are in no count; a held one is not due; one that failed and will be tried again is. Those that are put aside are few:
 * they are looked for among the jobs, and all others are counted without theirs.
 */
const courseSql = `
  with aside as materialized (
    select s.organisation, s.id, s.due, job.state = 'paused' as is_held
    from (select key, state, name from job where state = 'parked' union all select key, state, name from job where state = 'paused') as job
    join shipment s on s.organisation = split_part(job.key, '/', 2) and s.id = split_part(job.key, '/', 3)
    where job.name = 'dispatch-shipment' and s.state in ('planned', 'failed')
    union all
    select organisation, id, due, false from shipment s
    where state = 'failed' and not exists (select from job where job.key = 'dispatch-shipment/' || s.organisation || '/' || s.id)
  ), put_aside as (
    select organisation, count(*) filter (where not is_held)::int as parked, count(*) filter (where is_held)::int as held,
      count(*) filter (where due > $1)::int as later
    from aside group by organisation
)
  select course.organisation, course.login, course.commit_sha is not null as "inForce", course.refused ->> 'at' as "refusedAt",
    head.seq::float8 as seq, head.hash,
    (select count(*)::int from shipment s where s.organisation = course.organisation and state = 'dispatched') as sent,
    (select count(*)::int from shipment s where s.organisation = course.organisation and state in ('planned', 'failed') and due > $1)
      - coalesce(later, 0) as planned,
    due, late, coalesce(parked, 0) as parked, coalesce(held, 0) as held, "oldestDueAt",
    (select count(*)::int from ledger_wanted w where w.organisation = course.organisation) as behind,
    (select count(*)::int from student_repository r where r.organisation = course.organisation
       and (r.state = 'failed' or r.differences <> '[]') and (r.state = 'failed' or exists (
         select from jsonb_array_elements(r.differences) as one where one ->> 'kind' <> all($3::text[])))) as differing
  from course
  left join lateral (select seq, hash from ledger l where l.organisation = course.organisation order by seq desc limit 1) as head on true
  left join put_aside using (organisation)
  left join lateral (
    select count(*)::int as due, count(*) filter (where s.due <= $2)::int as late, min(s.due) as "oldestDueAt"
    from shipment s where s.organisation = course.organisation and state in ('planned', 'failed') and s.due <= $1
      and not exists (select from aside where aside.organisation = s.organisation and aside.id = s.id)) as overdue on true
  order by course.organisation`;
