// The staff writes to a student from the page of a challenge: on record first, then one comment on the dashboard issue.
import { createHash } from 'node:crypto';
import { reminderMarker, signReminder } from '../../domain/messages/reminder-message.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { JobPayload } from '../../ports/job-map.ts';
import type { ClaimedJob, JobOutcome } from '../../ports/jobs.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { reminderJob } from '../jobs/queue-notices.ts';

const mostLetters = 4000;
/** The issue is made with the repository; where issues are turned off, nobody can be told. */
const mostLooks = 10;

export type Written = { challenge: string; owner: string; text: string; by: string };

/** `said`: the same was written to them before. */
export async function writeReminder(
  { store, clock }: { store: Store; clock: Clock },
  organisation: string,
  { challenge, owner, text, by }: Written,
): Promise<{ repository: string } | { refused: 'said' | 'nobody' | 'empty' | 'long' }> {
  const body = text.replaceAll('\r\n', '\n').trim();
  if (body === '') return { refused: 'empty' };
  if (body.length > mostLetters) return { refused: 'long' };
  const found = await inForce(store, organisation);
  if (!found?.challenges.some(({ name }) => name === challenge)) return { refused: 'nobody' };
  const places = await store.shippedPlaces(organisation, challenge);
  const place = places.find((candidate) => candidate.owner === owner);
  if (!place) return { refused: 'nobody' };
  const { repository } = place;
  const id = createHash('sha256')
    .update(JSON.stringify([challenge, owner, body]))
    .digest('hex')
    .slice(0, 20);
  return store.transaction(async (inside) => {
    const writtenAt = clock.now();
    const isNew = await inside.addReminder(organisation, {
      id,
      challenge,
      owner,
      repository,
      body,
      writtenAt,
      writtenBy: by,
    });
    if (!isNew) return { refused: 'said' };
    await inside.enqueue([reminderJob({ organisation, repository }, id, writtenAt)]);
    return { repository };
  });
}

export async function sendReminder(
  { store, clock, github: open, studentPage }: FlowPorts,
  { organisation, repository, id }: JobPayload<'send-reminder'>,
  { away: looks }: Pick<ClaimedJob, 'away'> = { away: 0 },
): Promise<JobOutcome> {
  const reminder = await store.reminder(organisation, id);
  const record = await store.course(organisation);
  const student = await store.studentRepository(organisation, repository);
  if (!reminder || reminder.sentAt || !record || record.installationId === 0 || student?.repositoryId === undefined)
    return undefined;
  const issue = (await store.dashboardIssue(organisation, repository))?.number;
  if (issue === undefined)
    return looks < mostLooks ? { postpone: 5, why: 'the dashboard issue is not there yet' } : undefined;
  const github = open(record);
  const name = await github.studentRepositories.locate(student.repositoryId);
  if (name === undefined) return undefined;
  const body = signReminder(reminder.body, reminder.writtenBy, studentPage(record.login, reminder.owner));
  await github.dataPulls.comment(name, issue, reminderMarker(id), body);
  await store.markReminded(organisation, id, clock.now());
  return undefined;
}
