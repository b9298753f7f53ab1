// The jobs of practice, with their deterministic keys: requests, their closing, probes, the ledger.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import { seedOf } from '../../domain/dataset/sample.ts';
import type { Job } from '../../ports/job-map.ts';
import { dashboardJob, laneOf } from './queue-jobs.ts';

type Place = { organisation: string; repository: string; challenge: string };

/** An answer pushed at the last moment may still be on its way to us when the deadline passes. */
const graceMs = 60_000;

/** On a release, by hand on an occasion, or at a random time. */
type About = { release?: string; occasion?: string };

export function requestJob(place: Place, rule: number, dueAt: Date, about: About = {}): Job {
  const { organisation, repository, challenge } = place;
  return {
    key: `issue-request/${organisation}/${repository}/${challenge}/${rule}/${about.occasion ?? about.release ?? 'random'}`.toLowerCase(),
    name: 'issue-request',
    payload: { organisation, repository, challenge, rule, ...about },
    dueAt,
    lane: laneOf(organisation, repository),
    kind: 'bulk',
    challenge,
  };
}

export function closeJob(organisation: string, id: string, due: Date): Job {
  return {
    key: `close-request/${organisation}/${id}`.toLowerCase(),
    name: 'close-request',
    payload: { organisation, id },
    dueAt: new Date(due.getTime() + graceMs),
  };
}

/** What became of a request is shown again: somebody appealed, or answered an appeal. */
export function showRequestJob(organisation: string, id: string, dueAt: Date): Job {
  return {
    key: `show-request/${organisation}/${id}`.toLowerCase(),
    name: 'show-request',
    payload: { organisation, id },
    dueAt,
  };
}

export function probeJob({ organisation, repository, challenge }: Place, dueAt: Date): Job {
  return {
    key: `probe-endpoint/${organisation}/${repository}/${challenge}`.toLowerCase(),
    name: 'probe-endpoint',
    payload: { organisation, repository, challenge },
    dueAt,
  };
}

/** Of one owner one after the other: never two drills at once. */
export function drillJob({ organisation, repository, challenge }: Place, owner: string, dueAt: Date): Job {
  return {
    key: `run-drill/${organisation}/${repository}/${challenge}`.toLowerCase(),
    name: 'run-drill',
    payload: { organisation, repository, challenge },
    dueAt,
    lane: `drill/${organisation}/${owner}`.toLowerCase(),
  };
}

/** A few lanes for all: however large the class is, no more stages than this run at once in this installation. */
const stressLanes = 4;

export function stressJob({ organisation, repository, challenge }: Place, dueAt: Date): Job {
  return {
    key: `stress-endpoint/${organisation}/${repository}/${challenge}`.toLowerCase(),
    name: 'stress-endpoint',
    payload: { organisation, repository, challenge },
    dueAt,
    lane: `stress/${seedOf('lane', organisation.toLowerCase(), repository.toLowerCase()) % stressLanes}`,
  };
}

export function ledgerJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return { key: `write-ledger/${key}`, name: 'write-ledger', payload: { organisation: key }, dueAt };
}

/** How students stand is computed again, for the pages. */
export function standingsJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return { key: `keep-standings/${key}`, name: 'keep-standings', payload: { organisation: key }, dueAt };
}

/** What follows once a release has been shipped to a student: questions about it, questions now and then, probes, and a line about it. */
export function practiceJobs(
  organisation: string,
  { owner, repository, release }: Pick<Shipment, 'repository' | 'release'> & { owner?: string },
  { name, requests, endpoint, drills }: Challenge,
  now: Date,
): Job[] {
  const place = { organisation, repository, challenge: name };
  const asks = requests.flatMap(({ on }, rule) => {
    if (on === 'release') return [requestJob(place, rule, now, { release })];
    return on === 'random' ? [requestJob(place, rule, now)] : [];
  });
  return [
    ...asks,
    ...(endpoint ? [probeJob(place, now)] : []),
    ...(endpoint?.load || endpoint?.badInputs ? [stressJob(place, now)] : []),
    ...(drills ? [drillJob(place, owner ?? repository, now)] : []),
    dashboardJob(organisation, repository, now),
  ];
}
