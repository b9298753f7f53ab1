// Jobs as a person sees and steers them: where each stands, held, let go, tried again.
import type { JobStatus, ParkedJob } from '../ports/jobs.ts';
import type { Store } from '../ports/store.ts';
import type { Database } from './pool.ts';

type JobSteering = Pick<Store, 'parkedJobs' | 'retryParked' | 'retryShut' | 'jobs' | 'pauseJob' | 'resumeJob'>;

export function jobSteering(database: Database): JobSteering {
  return {
    async parkedJobs() {
      const { rows } = await database.query<ParkedJob>(
        `select key, name, attempts, last_error as "lastError" from job where state = 'parked' order by seq`,
      );
      return rows;
    },
    async jobs(keys) {
      const { rows } = await database.query<JobStatus>(
        'select key, state, greatest(due_at, not_before) as "nextTry" from job where key = any($1)',
        [keys],
      );
      return rows;
    },
    async pauseJob(key) {
      const { rowCount } = await database.query(
        `update job set state = 'paused', head = case when lane is null then true end where key = $1 and state = 'open' and (leased_by is null or not_before < clock_timestamp())`,
        [key],
      );
      return rowCount === 1;
    },
    async resumeJob(key) {
      const { rowCount } = await database.query(
        `update job set state = 'open', rests = false, not_before = clock_timestamp(), head = case when lane is null then true end
         where key = $1 and state = 'paused'`,
        [key],
      );
      return rowCount === 1;
    },
    async retryParked(key) {
      await database.query(`${openAgain} and key = $1`, [key]);
    },
    async retryShut(organisation) {
      // A webhook's job knows of no course.
      const which = `(payload ->> 'organisation' = lower($1) or name = 'delivery') and last_error ~* $2`;
      await database.query(`${openAgain} and ${which}`, [organisation, shut]);
    },
  };
}

const openAgain = `
  update job set state = 'open', attempts = 0, away = 0, rests = false, not_before = clock_timestamp(),
    head = case when lane is null then true end
  where state = 'parked'`;

/** Of GitHub's API and of git. */
const shut = '^repository-(archived|empty):|archived so (it )?is read-only|git repository is empty';
