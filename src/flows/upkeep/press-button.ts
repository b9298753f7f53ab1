// Somebody pressed a button of ours on a check run: what it does, for whoever may.
import { inForce, type InForce } from '../course/in-force.ts';
import { isMember, isStaff } from '../comment/who-may.ts';
import { probeJob } from '../jobs/queue-practice.ts';
import { recordAppeal } from '../request/appeal.ts';
import { plain } from '../../domain/text/escape.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import { rerunCheck } from './rerun-check.ts';

type Pressed = Parameters<typeof rerunCheck>[1] & {
  button: string;
  /** Who pressed it, by GitHub's word. */
  login: string;
  checkRun: number;
  at: Date;
};

/** Buttons that only look again are for whoever has to do with the repository; each other one says for whom it is. */
export async function pressButton(ports: FlowPorts, pressed: Pressed): Promise<void> {
  const { organisation, repository, button, login, app } = pressed;
  if (app !== ports.appSlug) return;
  const found = await inForce(ports.store, organisation);
  if (!found) return;
  const student = await ports.store.studentRepository(organisation, repository);
  const isTheirs = student !== undefined && isMember(found, student, login);
  if (button === 'appeal') {
    if (!student || !isTheirs) return tell(ports, found, pressed, 'only the students of this repository can appeal');
    const problem = await appeal(ports, pressed);
    return problem === undefined ? undefined : tell(ports, found, pressed, problem);
  }
  const mayWrite = await isStaff(ports, found, login);
  if (button === 'probe_now') {
    if (!mayWrite || !student) return tell(ports, found, pressed, 'only the staff can have the service probed now');
    return probeNow(ports, found, pressed, student);
  }
  if (!mayWrite && !isTheirs)
    return tell(ports, found, pressed, 'only the staff and the students of this repository can');
  return rerunCheck(ports, pressed);
}

/** A click has no room for a reason; a comment has. */
async function appeal({ store, clock }: FlowPorts, pressed: Pressed): Promise<string | undefined> {
  const { organisation, externalId, checkRun, login, at } = pressed;
  const [kind, id] = externalId.split(':');
  if (kind !== 'answer' || id === undefined) return 'there is nothing here to appeal';
  const reason = 'By the button, without a reason.';
  const made = { id: `click/${checkRun}/${at.getTime()}`, at: at.toISOString(), by: login, reason };
  return recordAppeal(store, organisation, id, made, clock.now());
}

async function probeNow(
  ports: FlowPorts,
  found: InForce,
  pressed: Pressed,
  { name }: StudentRepository,
): Promise<void> {
  const { store, clock } = ports;
  const { challenges } = found;
  const { organisation, repository } = pressed;
  const now = clock.now();
  const shipped = new Set(
    (await store.shipments(organisation, { repository: name })).map((shipment) => shipment.shipment.challenge),
  );
  const probed = challenges.filter(
    (challenge) => challenge.endpoint && challenge.ends >= now && shipped.has(challenge.name),
  );
  if (probed.length === 0) return tell(ports, found, pressed, 'no challenge of this repository is probed now');
  await store.forgetEndpoint(organisation, repository);
  await store.enqueue(probed.map(({ name: challenge }) => probeJob({ organisation, repository, challenge }, now)));
}

/** A click has no other answer than a check run beside the one that was clicked. */
async function tell(ports: FlowPorts, { record }: InForce, pressed: Pressed, why: string): Promise<void> {
  const { repository, commit, login, button, name } = pressed;
  await ports.github(record).checkRuns.publish(repository, {
    name: 'buttons',
    headSha: commit,
    externalId: 'buttons',
    conclusion: 'neutral',
    title: 'Nothing was done',
    summary: `${plain(login)} pressed *${plain(button.replaceAll('_', ' '))}* on ${plain(name)}: ${plain(why)}.`,
  });
}
