// The jobs that flows queue, with their deterministic keys: queueing the same work twice changes nothing.
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { Job } from '../../ports/job-map.ts';

export function syncJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `sync-challenge/${key}`,
    name: 'sync-challenge',
    payload: { organisation: key },
    dueAt,
    lane: `course/${key}`,
  };
}

/** Not in the course's lane: another push is not held up by it. */
export function followMergeJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return { key: `follow-merge/${key}`, name: 'follow-merge', payload: { organisation: key }, dueAt };
}

/** Those who enrol within this time come onto the roster by one commit. */
const enrolMs = 5_000;

export function writeRosterJob(organisation: string, now: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `write-roster/${key}`,
    name: 'write-roster',
    payload: { organisation: key },
    dueAt: new Date(now.getTime() + enrolMs),
    lane: `course/${key}`,
  };
}

/** In the lane of the course: it is read before it is found to be missing. */
export function onboardJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `onboard-course/${key}`,
    name: 'onboard-course',
    payload: { organisation: key },
    dueAt,
    lane: `course/${key}`,
  };
}

/** Provisioning and dispatch of one repository share a lane: the repository is there before its data comes. */
export function laneOf(organisation: string, repository: string): string {
  return `repository/${organisation}/${repository}`.toLowerCase();
}

export function provisionJob(organisation: string, repository: string, dueAt: Date): Job {
  return {
    key: `provision-student/${organisation}/${repository}`.toLowerCase(),
    name: 'provision-student',
    payload: { organisation, repository },
    dueAt,
    lane: laneOf(organisation, repository),
    kind: 'upkeep',
  };
}

export function lookAtRepositoryJob(organisation: string, repository: string, dueAt: Date): Job {
  return {
    key: `look-at-repository/${organisation}/${repository}`.toLowerCase(),
    name: 'look-at-repository',
    payload: { organisation, repository },
    dueAt,
    lane: laneOf(organisation, repository),
    kind: 'upkeep',
  };
}

const day = 24 * 3_600_000;

/** The next one is a day from now. */
export function lookAtCourseJob(organisation: string, now: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `look-at-course/${key}`,
    name: 'look-at-course',
    payload: { organisation: key },
    dueAt: new Date(now.getTime() + day),
  };
}

/** Twice a day: a roster that is read again brings people back. */
export function retentionJob(organisation: string, now: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `keep-retention/${key}`,
    name: 'keep-retention',
    payload: { organisation: key },
    dueAt: new Date(now.getTime() + day / 2),
  };
}

/** Many repositories are looked at soon after each other: one issue tells of all. */
const reportMs = 20_000;

export function reportRepositoriesJob(organisation: string, now: Date): Job {
  const key = organisation.toLowerCase();
  return {
    key: `report-repositories/${key}`,
    name: 'report-repositories',
    payload: { organisation: key },
    dueAt: new Date(now.getTime() + reportMs),
  };
}

/** Commits that a teacher pushes soon after each other reach every repository as one change. */
const gatherMs = 30_000;

export function templateJob(organisation: string, repository: string, commit: string, now: Date): Job {
  return {
    key: `update-template/${organisation}/${repository}`.toLowerCase(),
    name: 'update-template',
    payload: { organisation, repository, commit },
    dueAt: new Date(now.getTime() + gatherMs),
    lane: laneOf(organisation, repository),
    kind: 'upkeep',
  };
}

export function dispatchJobKey(organisation: string, id: string): string {
  return `dispatch-shipment/${organisation.toLowerCase()}/${id}`;
}

export function dispatchJob(organisation: string, shipment: Shipment, dueAt: Date = new Date(shipment.due)): Job {
  return {
    key: dispatchJobKey(organisation, shipment.id),
    name: 'dispatch-shipment',
    payload: { organisation, id: shipment.id },
    dueAt,
    lane: laneOf(organisation, shipment.repository),
    kind: 'bulk',
    challenge: shipment.challenge,
  };
}

export function stageJob(organisation: string, shipment: Shipment, dueAt: Date): Job {
  return {
    key: `stage-shipment/${organisation.toLowerCase()}/${shipment.id}`,
    name: 'stage-shipment',
    payload: { organisation, id: shipment.id },
    dueAt,
    lane: laneOf(organisation, shipment.repository),
    kind: 'bulk',
    challenge: shipment.challenge,
  };
}

/** Not in the repository's lane: what is said to the teacher does not hold back what a student gets. */
export function reportParkedJob(organisation: string, dueAt: Date): Job {
  const key = organisation.toLowerCase();
  return { key: `report-parked/${key}`, name: 'report-parked', payload: { organisation: key }, dueAt };
}

export function collectJob(organisation: string, repository: string, commit: string, dueAt: Date): Job {
  return {
    key: `collect-report/${organisation}/${repository}/${commit}`.toLowerCase(),
    name: 'collect-report',
    payload: { organisation, repository, commit },
    dueAt,
    lane: `reports/${organisation}/${repository}`.toLowerCase(),
  };
}

/** Debounce: events on one commit within 20 s are evaluated once. */
const settleMs = 20_000;

export function milestonesJob(organisation: string, repository: string, commit: string, at: Date): Job {
  return {
    key: `check-milestones/${organisation}/${repository}/${commit}`.toLowerCase(),
    name: 'check-milestones',
    payload: { organisation, repository, commit, at: at.toISOString() },
    dueAt: new Date(at.getTime() + settleMs),
    lane: `reports/${organisation}/${repository}`.toLowerCase(),
  };
}

/** No lane: updating the dashboard issue must not delay deliveries to the repository. */
export function dashboardJob(organisation: string, repository: string, dueAt: Date): Job {
  return {
    key: `keep-dashboard-issue/${organisation}/${repository}`.toLowerCase(),
    name: 'keep-dashboard-issue',
    payload: { organisation, repository },
    dueAt,
    kind: 'upkeep',
  };
}

export function scoreJob(organisation: string, repository: string, commit: string, dueAt: Date): Job {
  return {
    key: `publish-score/${organisation}/${repository}/${commit}`.toLowerCase(),
    name: 'publish-score',
    payload: { organisation, repository, commit },
    dueAt,
    lane: `reports/${organisation}/${repository}`.toLowerCase(),
  };
}

/** A push of the last second may still be on its way into GitHub's own record when the deadline passes. */
export function settledAt(deadline: Date): Date {
  return new Date(deadline.getTime() + 60_000);
}

type Place = { organisation: string; repository: string; challenge: string };

export function cutJob({ organisation, repository, challenge }: Place, deadline: Date): Job {
  return {
    key: `cut-deadline/${organisation}/${repository}/${challenge}`.toLowerCase(),
    name: 'cut-deadline',
    payload: { organisation, repository, challenge },
    dueAt: settledAt(deadline),
  };
}
