// Jobs that tell people something in their repository, each once: nobody's delivery waits for them.
import type { Job } from '../../ports/job-map.ts';

type Place = { organisation: string; repository: string };

function noticeJob({ organisation, repository }: Place, occasion: string, subject: string, dueAt: Date): Job {
  return {
    key: `notify-student/${organisation}/${repository}/${occasion}/${subject}`.toLowerCase(),
    name: 'notify-student',
    payload: { organisation, repository, occasion: occasion as 'release', subject },
    dueAt,
    kind: 'upkeep',
  };
}

/** What the staff wrote, by its id. */
export function reminderJob({ organisation, repository }: Place, id: string, dueAt: Date): Job {
  return {
    key: `send-reminder/${organisation}/${repository}/${id}`.toLowerCase(),
    name: 'send-reminder',
    payload: { organisation, repository, id },
    dueAt,
  };
}

/** Of a shipment that has arrived. */
export function releaseNotice(place: Place, shipment: string, now: Date): Job {
  return noticeJob(place, 'release', shipment, now);
}

export const noticeBeforeMs = 24 * 3_600_000;

/** A day before a challenge ends; the job looks up when that is by then. */
export function deadlineNotice(place: Place, challenge: string, ends: Date): Job {
  return noticeJob(place, 'deadline', challenge, new Date(ends.getTime() - noticeBeforeMs));
}

/** Their service was found not to work, since that moment. */
export function incidentNotice(place: Place, challenge: string, at: Date): Job {
  return noticeJob(place, 'incident', `${challenge}/${at.toISOString()}`, at);
}
