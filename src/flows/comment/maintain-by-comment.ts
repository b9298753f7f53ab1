// `/maintenance 2h` by a student, in their own repository: downtime in the window does not count, and late tokens pay for it.
import type { EndpointRule, Maintenance } from '../../domain/challenge/challenge.ts';
import { readMaintenance } from '../../domain/comment/read-maintenance.ts';
import { announcedMaintenance, priceOf, usualPerToken } from '../../domain/endpoint/announced.ts';
import { acceptMaintenance } from '../../domain/endpoint/probe-policy.ts';
import type { MaintenanceEvidence } from '../../domain/evidence/evidence.ts';
import { chargesOf } from '../../domain/evidence/late.ts';
import { scoreInputs } from '../../domain/grade/gradebook.ts';
import {
  describeMaintenance,
  describeUnmaintained,
  maintenanceMarker,
} from '../../domain/messages/maintenance-message.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { readGradebookInput } from '../grade/read-gradebook.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';
import type { StaffCommand } from './authorise-staff.ts';

export async function maintainByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const { organisation, repository, number, comment, found, words } = heard;
  const { store } = ports;
  const student = await store.studentRepository(organisation, repository);
  if (!student) return;
  const { dataPulls } = ports.github(found.record);
  const say = (text: string): Promise<void> =>
    dataPulls.comment(repository, number, maintenanceMarker(comment.id), text);
  const refuse = (problem: string): Promise<void> => say(describeUnmaintained(problem));
  if (!student.members.some((login) => login.toLowerCase() === comment.login.toLowerCase()))
    return refuse('Only those whose repository this is can announce it: their tokens pay.');
  const command = readMaintenance(words, found.course.timezone);
  if ('problem' in command) return refuse(command.problem);
  const sent = await store.shipments(organisation, { repository });
  const names = new Set(sent.map(({ shipment }) => shipment.challenge));
  const challenge = found.challenges.find(({ name, endpoint }) => endpoint && names.has(name));
  if (!challenge?.endpoint) return refuse('No challenge of this repository has an endpoint.');
  const from = command.from ?? comment.at;
  const to = new Date(from.getTime() + command.length);
  const wanted = { from, to, ...(command.reason === undefined ? {} : { reason: command.reason }) };
  const asked = { ...wanted, announcedAt: comment.at };
  if (from < comment.at) return refuse('It must be announced before it begins.');
  if (from >= challenge.ends) return refuse('The challenge is over by then.');
  const answer = await store.snapshot(`maintenance/${organisation.toLowerCase()}`, async (inside) => {
    const evidence = await inside.evidence(organisation, challenge.name, student.owner, ['maintenance']);
    const id = `maintenance/${comment.id}`;
    const known = evidence.find(
      (candidate): candidate is MaintenanceEvidence => candidate.kind === 'maintenance' && candidate.id === id,
    );
    const left = await tokensLeft(inside, heard, student, comment.at);
    if (known)
      return describeMaintenance({ ...said(known, wanted), challenge: challenge.name, left }, found.course.timezone);
    const before = announcedMaintenance(evidence, challenge.endpoint!, found.course.late.tokens);
    if (before.some((maintenance) => maintenance.from < to && maintenance.to > from))
      return describeUnmaintained('A window is announced for then.');
    const perToken = challenge.endpoint!.perToken ?? usualPerToken;
    const [window] = acceptMaintenance([asked], left * perToken);
    if (!window) return describeUnmaintained('No late token is left to pay for it.');
    const kept = toEvidence(heard, student, challenge.name, window, challenge.endpoint!);
    await inside.addEvidence(organisation, kept);
    const now = ports.clock.now();
    await inside.enqueue([ledgerJob(organisation, now), dashboardJob(organisation, student.name, now)]);
    const outcome = { ...said(kept, wanted), challenge: challenge.name, left: left - kept.tokens };
    return describeMaintenance(outcome, found.course.timezone);
  });
  await say(answer);
}

function said(
  { from, to, tokens }: MaintenanceEvidence,
  wanted: Maintenance,
): { window: Maintenance; tokens: number; cut: boolean } {
  const window = { from: new Date(from), to: new Date(to) };
  return { window, tokens, cut: window.to < wanted.to };
}

function toEvidence(
  { comment, found, repository }: StaffCommand,
  { owner }: StudentRepository,
  challenge: string,
  window: Maintenance,
  rule: EndpointRule,
): MaintenanceEvidence {
  return {
    kind: 'maintenance',
    id: `maintenance/${comment.id}`,
    challenge,
    owner,
    repository: `${found.record.login}/${repository}`,
    at: comment.at,
    trust: 'measured',
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    tokens: priceOf(window, rule),
    ...(window.reason === undefined ? {} : { reason: window.reason }),
  };
}

/** The purse of the course, without what lateness and maintenance have taken from it so far. */
async function tokensLeft(
  store: Store,
  { organisation, found }: StaffCommand,
  { owner }: StudentRepository,
  now: Date,
): Promise<number> {
  const { course, challenges, owners } = found;
  const mine = owners.filter(({ slug }) => slug === owner);
  const input = await readGradebookInput(store, { organisation, course, challenges, owners: mine, now });
  let left = course.late.tokens;
  for (const { scoring } of mine.length === 0 ? [] : scoreInputs(input)) {
    for (const { tokens } of scoring.lateness?.values() ?? []) left -= tokens;
    for (const { tokens } of chargesOf(scoring.evidence, now)) left -= tokens;
  }
  return Math.max(0, left);
}
