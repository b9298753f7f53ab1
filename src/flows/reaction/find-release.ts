// Which release a commit of the course repository would bring next, and to whom.
import { planShipments } from '../../domain/plan/plan.ts';
import { diffPlan } from '../../domain/plan/diff.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import { isAcceptable } from '../../domain/text/problem.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { InForce } from '../course/in-force.ts';

export type NextRelease = {
  challenge: Challenge;
  release: string;
  due: string;
  /** One for each student, by git: what travels otherwise does not lie in the repository. */
  shipments: Shipment[];
  /** Of those who get it by another way. */
  elsewhere: number;
  /** Whether the commit changes anything about it. */
  changed: boolean;
  /** Where the course is checked out at that commit. */
  directory: string;
};

/** The soonest first; none where the commit is not valid. */
export async function findReleases(ports: FlowPorts, found: InForce, commit: string): Promise<NextRelease[]> {
  const { record } = found;
  const snapshot = await ports.github(record).courseRepository.snapshot(record.repository, commit);
  if (!snapshot.course || !isAcceptable(snapshot.problems)) return [];
  const releases: NextRelease[] = [];
  for (const challenge of snapshot.challenges) {
    const next = await nextOf(ports, found, snapshot, challenge, commit);
    if (next) releases.push(next);
  }
  return releases.toSorted((a, b) => (a.due < b.due ? -1 : 1));
}

async function nextOf(
  ports: FlowPorts,
  found: InForce,
  { course, owners, facts, files, directory }: CourseSnapshot,
  challenge: Challenge,
  commit: string,
): Promise<NextRelease | undefined> {
  const { store, clock } = ports;
  const { record } = found;
  const now = clock.now();
  const { source } = challenge.dataset;
  const known = facts[source];
  if (!course || !known) return undefined;
  const ready = await store.studentRepositories(record.organisation);
  const planned = planShipments(course, challenge, owners, known, record.login);
  const stored = await store.shipments(record.organisation, { challenge: challenge.name });
  const sent = new Set(stored.filter(({ state }) => state === 'dispatched').map(({ shipment }) => shipment.release));
  // Whoever joins late gets what the others have; that is no release that nobody has yet.
  const coming = planned.filter(({ due, release }) => Date.parse(due) > now.getTime() && !sent.has(release));
  const [first] = coming.toSorted((a, b) => (a.due < b.due ? -1 : 1));
  if (!first) return undefined;
  const there = new Set(ready.filter(({ state }) => state === 'ready').map(({ name }) => name.toLowerCase()));
  const all = coming.filter(
    ({ release, repository }) => release === first.release && there.has(repository.toLowerCase()),
  );
  const byGit = all.filter(({ carrier }) => carrier === 'commit' || carrier === 'pull_request');
  const shipments = [...new Map(byGit.map((shipment) => [shipment.owner, shipment])).values()];
  const { add, change } = diffPlan(stored, planned, now);
  const changes = [...add, ...change.map(({ after }) => after)].some(({ release }) => release === first.release);
  const text = files[challenge.file] !== record.files[challenge.file];
  const data = known.sha256 !== record.facts[source]?.sha256;
  const contract = !changes && !text && !data && (await contractChanged(ports, found, challenge, commit));
  const elsewhere = new Set(all.map(({ owner }) => owner)).size - shipments.length;
  return {
    challenge,
    release: first.release,
    due: first.due,
    shipments,
    elsewhere,
    changed: changes || text || data || contract,
    directory,
  };
}

/** The contract is a file of its own, and is not among those that are kept of the course in force. */
async function contractChanged(
  ports: FlowPorts,
  { record }: InForce,
  { file }: Challenge,
  commit: string,
): Promise<boolean> {
  const { placements } = ports.github(record);
  const path = `${file.slice(0, file.lastIndexOf('/') + 1)}schema.yml`;
  const [before, after] = await Promise.all(
    [record.commitSha, commit].map((at) => placements.textAt(record.repository, at, path)),
  );
  return before !== after;
}
