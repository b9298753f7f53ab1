// Show a student where they stand: the check run "score" on their commit, with every point's reason and what to do next.
import { buildGradebook, scoreInputs } from '../../domain/grade/gradebook.ts';
import { behindMeasure } from '../../domain/grade/behind-measure.ts';
import { describeScore } from '../../domain/messages/score-summary.ts';
import { proveReleases } from '../../domain/proof/prove-use.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';
import { dashboardJob } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { readGate, readGradebookInput } from './read-gradebook.ts';

type Payload = { organisation: string; repository: string; commit: string };

export async function publishScore(ports: FlowPorts, { organisation, repository, commit }: Payload): Promise<void> {
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  const student = await store.studentRepository(organisation, repository);
  const owner = found?.owners.find(({ slug }) => slug === student?.owner);
  if (!found || !owner) return;
  const shipments = await store.shipments(organisation, { repository });
  const names = new Set(shipments.map(({ shipment }) => shipment.challenge));
  const now = clock.now();
  const { course, challenges } = found;
  // All challenges are read, since late tokens are spent in any of them; only those of this repository are shown.
  const input = await readGradebookInput(store, { organisation, course, challenges, owners: [owner], now });
  await store.enqueue([ledgerJob(organisation, now), dashboardJob(organisation, repository, now)]);
  const rows = buildGradebook(input).rows.filter(({ challenge }) => names.has(challenge));
  const scorings = new Map([...scoreInputs(input)].map(({ scoring }) => [scoring.policy.challenge, scoring]));
  const gate = await readGate(store, organisation, course, now);
  const { checkRuns } = ports.github(found.record);
  const probed = new Set(challenges.flatMap(({ name, endpoint }) => (endpoint ? [name] : [])));
  for (const row of rows) {
    const over = challenges.some((challenge) => challenge.name === row.challenge && now > challenge.ends);
    const name = rows.length === 1 ? 'score' : `score: ${row.challenge}`;
    const proofs = proveReleases(scorings.get(row.challenge)!);
    const more = ports.studentPage(found.record.login, owner.slug);
    await checkRuns.publish(repository, {
      name,
      headSha: commit,
      externalId: 'score',
      ...(probed.has(row.challenge) ? { actions: [probeButton] } : {}),
      ...describeScore(behindMeasure(row, over), { now, zone: course.timezone, moreUrl: more, gate, proofs }),
    });
  }
}

/** GitHub has a button that looks at the commit again; this one looks at the service. */
const probeButton = {
  label: 'Probe now',
  description: 'For the staff: look at the service now',
  identifier: 'probe_now',
};
