// Endpoints in the database: what students registered, and what the last probe of each saw.
import type { PredictShape } from '../domain/endpoint/probe-contract.ts';
import { serviceAddress } from '../domain/endpoint/service-identity.ts';
import type { PracticeStore, StoredEndpoint } from '../ports/practice.ts';
import type { Database } from './pool.ts';

type EndpointRow = {
  owner: string;
  url: string | null;
  shape: PredictShape | null;
  problem: string | null;
  looked_at: Date | null;
  proven_at: Date | null;
  says: string | null;
  suspect_since: Date | null;
  suspect_code: string | null;
  last_at: Date | null;
  last_ok: boolean | null;
  last_code: string | null;
  last_model: string | null;
  load: number | null;
  canary: string | null;
};
type EndpointStore = Pick<PracticeStore, 'endpoint' | 'saveEndpoint' | 'forgetEndpoint' | 'neighbours'>;

/** Fewer would say little, and older ones nothing of this moment. */
const mostNeighbours = 200;

export function endpointStore(database: Database): EndpointStore {
  return {
    async endpoint(organisation, repository) {
      const { rows } = await database.query<EndpointRow>(
        `select owner, url, shape, problem, looked_at, proven_at, says, suspect_since, suspect_code,
           last_at, last_ok, last_code,
           last_model, load, canary from endpoint
         where organisation = lower($1) and repository = lower($2)`,
        [organisation, repository],
      );
      return rows[0] && toStored(rows[0]);
    },
    async saveEndpoint(organisation, repository, stored) {
      const { owner, url, shape, problem, lookedAt, suspectSince, suspectCode, last, load, canary } = stored;
      const { provenAt, says } = stored;
      await database.query(
        `insert into endpoint (organisation, repository, owner, url, shape, problem, looked_at, suspect_since, last_at,
           last_ok, last_code, last_model, load, canary, proven_at, says, address, suspect_code)
         values (lower($1), lower($2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (organisation, repository) do update set owner = excluded.owner, url = excluded.url,
           shape = excluded.shape, problem = excluded.problem, looked_at = excluded.looked_at,
           suspect_since = excluded.suspect_since, last_at = excluded.last_at, last_ok = excluded.last_ok,
           last_code = excluded.last_code, last_model = excluded.last_model, load = excluded.load,
           canary = excluded.canary, proven_at = excluded.proven_at, says = excluded.says, address = excluded.address,
           suspect_code = excluded.suspect_code`,
        [
          organisation,
          repository,
          owner,
          url,
          shape,
          problem,
          lookedAt,
          suspectSince,
          last?.at,
          last?.ok,
          last?.code,
          last?.modelVersion,
          load,
          canary,
          provenAt,
          says,
          url === undefined ? undefined : serviceAddress(url),
          suspectCode,
        ],
      );
    },
    async forgetEndpoint(organisation, repository) {
      await database.query(
        'update endpoint set looked_at = null where organisation = lower($1) and repository = lower($2)',
        [organisation, repository],
      );
    },
    neighbours: neighboursIn(database),
  };
}

/** Those that wait for their second probe are as silent as those that were confirmed to be. */
function neighboursIn(database: Database): EndpointStore['neighbours'] {
  return async (organisation, repository, since) => {
    const recent = (column: string): string =>
      `(select * from endpoint where ${column} >= $3 and not (organisation = lower($1) and repository = lower($2))
        ${column === 'suspect_since' ? 'and suspect_code is not null' : ''} order by ${column} desc limit $4)`;
    const { rows } = await database.query<{ owner: string; ok: boolean; code: string }>(
      `select organisation || '/' || owner as owner,
         case when suspect_code is null then last_ok else false end as ok, coalesce(suspect_code, last_code) as code
       from (${recent('last_at')} union ${recent('suspect_since')}) as endpoint
       order by greatest(last_at, suspect_since) desc limit $4`,
      [organisation, repository, since, mostNeighbours],
    );
    return rows;
  };
}

function toStored(row: EndpointRow): StoredEndpoint {
  const { proven_at, says } = row;
  const { owner, url, shape, problem, looked_at, last_at, last_ok, last_code, last_model } = row;
  const { load, canary, suspect_since, suspect_code } = row;
  return {
    owner,
    ...(url === null ? {} : { url }),
    ...(shape === null ? {} : { shape }),
    ...(problem === null ? {} : { problem }),
    ...(load === null ? {} : { load }),
    ...(canary === null ? {} : { canary }),
    ...(looked_at === null ? {} : { lookedAt: looked_at }),
    ...(proven_at === null ? {} : { provenAt: proven_at }),
    ...(says === null ? {} : { says }),
    ...(suspect_since === null ? {} : { suspectSince: suspect_since }),
    ...(suspect_code === null ? {} : { suspectCode: suspect_code }),
    ...(last_at === null
      ? {}
      : {
          last: {
            at: last_at,
            ok: last_ok!,
            code: last_code!,
            ...(last_model === null ? {} : { modelVersion: last_model }),
          },
        }),
  };
}
