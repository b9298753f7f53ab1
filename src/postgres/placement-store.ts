// The placement queue in the database: one row for each organisation, locked while it is decided upon.
import type { PlacementStore, Submission } from '../ports/placement.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type State = Awaited<ReturnType<PlacementStore['queue']>>;
type Sample = Awaited<ReturnType<PlacementStore['samples']>>[number];

const submissions =
  'select id, repository, commit_sha as commit, file from placement_submission where organisation = lower($1)';

export function placementStore(database: Database): PlacementStore {
  return {
    async queue(organisation) {
      const { rows } = await database.query<{ state: State | null }>(
        'select state from placement where organisation = lower($1)',
        [organisation],
      );
      return rows[0]?.state ?? undefined;
    },
    async lockQueue(organisation) {
      await database.query(
        'insert into placement (organisation) select organisation from course where organisation = lower($1) on conflict do nothing',
        [organisation],
      );
      const { rows } = await database.query<{ state: State | null }>(
        'select state from placement where organisation = lower($1) for update',
        [organisation],
      );
      return rows[0]?.state ?? undefined;
    },
    async saveQueue(organisation, state) {
      await database.query('update placement set state = $2 where organisation = lower($1)', [
        organisation,
        toJson(state),
      ]);
    },
    async saveSubmission(organisation, { id, repository, commit, file }) {
      await database.query(
        `insert into placement_submission (organisation, id, repository, commit_sha, file) values (lower($1), $2, $3, $4, $5)
         on conflict do nothing`,
        [organisation, id, repository, commit, file],
      );
    },
    async submission(organisation, id) {
      const { rows } = await database.query<Submission>(`${submissions} and id = $2`, [organisation, id]);
      return rows[0];
    },
    async submissions(organisation) {
      return (await database.query<Submission>(submissions, [organisation])).rows;
    },
    ...sampleStore(database),
  };
}

type SampleStore = Pick<PlacementStore, 'addSamples' | 'samples' | 'forgetSamples'>;

function sampleStore(database: Database): SampleStore {
  return {
    async addSamples(organisation, samples) {
      for (const { at, kind, running, waiting } of samples)
        await database.query(
          'insert into placement_sample (organisation, at, kind, running, waiting) values (lower($1), $2, $3, $4, $5)',
          [organisation, at, kind, running, waiting],
        );
    },
    async forgetSamples(organisation, before) {
      await database.query('delete from placement_sample where organisation = lower($1) and at < $2', [
        organisation,
        before.getTime() / 1000,
      ]);
    },
    async samples(organisation) {
      const { rows } = await database.query<Sample>(
        'select at, kind, running, waiting from placement_sample where organisation = lower($1) order by seq',
        [organisation],
      );
      return rows;
    },
  };
}
