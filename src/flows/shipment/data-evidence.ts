// Evidence of what became of a release in the student's repository.
import type { DataEvidence } from '../../domain/evidence/evidence.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { CourseRecord } from '../../ports/records.ts';

/** `of` tells it from others of the same event, where there can be more than one: a commit, or a moment. */
type Occurrence = Pick<DataEvidence, 'event' | 'at' | 'commit' | 'how'> & { repository: string; of?: string };

export function dataEvidence(
  { login }: Pick<CourseRecord, 'login'>,
  shipment: Shipment,
  occurrence: Occurrence,
): DataEvidence {
  const { event, at, repository, of, commit, how } = occurrence;
  return {
    kind: 'data',
    id: of === undefined ? `${event}/${shipment.id}` : `${event}/${shipment.id}/${of}`,
    challenge: shipment.challenge,
    owner: shipment.owner,
    repository: `${login}/${repository}`,
    at,
    trust: 'measured',
    release: shipment.release,
    shipment: shipment.id,
    event,
    ...(commit === undefined ? {} : { commit }),
    ...(how === undefined ? {} : { how }),
  };
}
