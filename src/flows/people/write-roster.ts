// Claims of rows become logins in roster.csv, by one commit: the file in the course repository stays the one roster.
import { rosterRows, writeLogins, type RosterRow } from '../../domain/course/roster-rows.ts';
import { describeEnrolment } from '../../domain/messages/enrolment.ts';
import type { Claim } from '../../ports/enrolment.ts';
import type { JobPayload } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';

export async function writeRoster(ports: FlowPorts, { organisation }: JobPayload<'write-roster'>): Promise<void> {
  const { store, courseRepository: repository, log } = ports;
  const found = await inForce(store, organisation);
  if (!found) return;
  const claims = (await store.claims(organisation)).filter(({ written }) => !written);
  if (claims.length === 0) return;
  const { courseRepository } = ports.github(found.record);
  const message = describeEnrolment(claims);
  const path = found.course.roster;
  await courseRepository.changeFile(repository, path, message, (text) => writeLogins(text, changes(text, claims)));
  await store.markWritten(organisation, claims);
  log.info({ organisation, claims: claims.length }, 'the roster has new logins');
}

/** What the roster does not say yet. Whatever a person wrote into a row meanwhile stays. */
function changes(text: string, claims: readonly Claim[]): Map<string, string> {
  const rows = new Map(rosterRows(text).map((row) => [row.key, row]));
  const logins = new Map<string, string>();
  // Oldest first: a row that was claimed again has the newer login in the end.
  for (const claim of claims.toReversed()) {
    const current = logins.get(claim.key) ?? rows.get(claim.key)?.login;
    if (current === undefined || !fits(claim, current)) continue;
    logins.set(claim.key, claim.undone ? '' : claim.login);
  }
  return logins;
}

function fits({ undone, login }: Claim, current: RosterRow['login']): boolean {
  return undone ? current.toLowerCase() === login.toLowerCase() : current === '';
}
