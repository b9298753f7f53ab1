// Who else registered the same service, and what services say of themselves.
import { identityOf } from '../domain/endpoint/service-identity.ts';
import type { PracticeStore } from '../ports/practice.ts';
import type { Database } from './pool.ts';

type EndpointClaims = Pick<PracticeStore, 'endpointRivals' | 'disputedEndpoints'>;

/** Of two rows: the same address, and another owner who is still looked at. */
const rivals = `other.address = mine.address and lower(other.owner) <> lower(mine.owner)
  and coalesce(greatest(other.looked_at, other.last_at), 'infinity') >= $2`;

const mostRivals = 20;

type DisputedRow = {
  owner: string;
  repository: string;
  proven: boolean;
  says: string | null;
  others: string[];
  contested: boolean;
};

export function endpointClaims(database: Database): EndpointClaims {
  return {
    async endpointRivals(organisation, repository, since) {
      const { rows } = await database.query<{ owner: string; repository: string; proven: boolean }>(
        `select other.owner, other.organisation || '/' || other.repository as repository,
           other.proven_at is not null as proven
         from endpoint mine join endpoint other on ${rivals}
         where mine.organisation = lower($1) and mine.repository = lower($3)
         order by other.organisation, other.repository limit ${mostRivals}`,
        [organisation, since, repository],
      );
      return rows;
    },
    async disputedEndpoints(organisation, since) {
      const { rows } = await database.query<DisputedRow>(
        `select mine.owner, mine.repository, mine.proven_at is not null as proven, mine.says,
           array_remove(array_agg(other.organisation || '/' || other.repository order by other.repository), null) as others,
           coalesce(bool_or(other.proven_at is not null), false) as contested
         from endpoint mine left join endpoint other on ${rivals}
         where mine.organisation = lower($1) and coalesce(greatest(mine.looked_at, mine.last_at), 'infinity') >= $2
         group by mine.organisation, mine.repository
         having count(other.owner) > 0 or mine.says is not null
         order by mine.repository`,
        [organisation, since],
      );
      return rows.map(({ owner, repository, proven, says, others, contested }) => ({
        owner,
        repository,
        identity: identityOf(
          { proven, says: says ?? undefined },
          others.map((other) => ({ owner: '', repository: other, proven: contested })),
        ),
        others: says === null ? others : [says],
      }));
    },
  };
}
