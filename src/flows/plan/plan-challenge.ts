// What one challenge means against what is stored: planned in whole, or, where it says what was carried out, only what differed then.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import type { DatasetFacts } from '../../domain/dataset/facts.ts';
import { diffPlan, emptyDiff, type KnownShipment, type PlanDiff } from '../../domain/plan/diff.ts';
import { planSignature } from '../../domain/plan/plan-signature.ts';
import { planShipments, receiversOf } from '../../domain/plan/plan.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { CarriedPlan, CourseRecord, StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { isWithdrawn, readStored, type NotedContent } from './read-stored.ts';

export type PlannedRepository = Pick<StudentRepository, 'name' | 'owner' | 'members'>;

export type PlannedChallenge = {
  diff: PlanDiff;
  /** Those that are stored otherwise. */
  stored: readonly KnownShipment[];
  repositories: PlannedRepository[];
  unnoted: NotedContent[];
  /** What holds once this is carried out. */
  carried?: CarriedPlan;
};

type Place = Pick<CourseRecord, 'organisation' | 'login'>;
type Said = { course: Course; challenge: Challenge; owners: readonly Owner[]; facts: DatasetFacts };

/** `carried`: what was carried out of this challenge, while that holds; `isShipped`: anything is stored of it. */
export async function planChallenge(
  store: Store,
  place: Place,
  said: Said,
  now: Date,
  { carried, isShipped }: { carried?: CarriedPlan; isShipped: boolean },
): Promise<PlannedChallenge> {
  const { course, challenge, owners, facts } = said;
  const signature = planSignature(course, challenge, owners, facts, place.login);
  if (carried?.signature === signature) return planExceptions(store, place, said, now, carried);
  const plan = (): Shipment[] => planShipments(course, challenge, owners, facts, place.login);
  const all = plan();
  if (!isShipped)
    return { ...planFresh(challenge.name, all, plan), carried: { signature, shipments: all.length, others: [] } };
  const { others, ...planned } = await planWhole(store, place, challenge.name, all, now);
  return { ...planned, carried: { signature, shipments: all.length, others } };
}

function planFresh(challenge: string, all: readonly Shipment[], plan: () => Shipment[]): PlannedChallenge {
  const repositories = repositoriesOf(all);
  const diff = emptyDiff();
  const places = repositories.map(({ name, owner }) => [name, owner] as const);
  if (all.length > 0) diff.fresh.push({ challenge, shipments: all.length, places, plan });
  return { diff, stored: [], repositories, unnoted: [] };
}

function repositoriesOf(shipments: readonly Shipment[]): PlannedRepository[] {
  const repositories = new Map<string, PlannedRepository>();
  for (const { repository, owner, members } of shipments)
    if (!repositories.has(repository)) repositories.set(repository, { name: repository, owner, members });
  return [...repositories.values()];
}

export async function planWhole(
  store: Store,
  { organisation }: Place,
  challenge: string,
  all: readonly Shipment[],
  now: Date,
): Promise<PlannedChallenge & { others: string[] }> {
  const { same, stored, withdrawn, unnoted, others } = await readStored(store, organisation, challenge, all);
  const shipments = withdrawn.size === 0 ? all : all.filter(({ id }) => !withdrawn.has(id));
  return {
    diff: diffPlan(stored, shipments, now, same),
    stored,
    repositories: repositoriesOf(shipments),
    unnoted,
    others,
  };
}

/** Whatever is not among `others` is stored as the plan has it. */
async function planExceptions(
  store: Store,
  { organisation, login }: Place,
  { course, challenge, owners, facts }: Said,
  now: Date,
  carried: CarriedPlan,
): Promise<PlannedChallenge> {
  const others = new Set(carried.others);
  const found = others.size === 0 ? [] : await store.shipmentsById(organisation, carried.others);
  const stored = found.map(({ shipment, state }) => ({ shipment, state }));
  const withdrawn = new Set(found.filter(isWithdrawn).map(({ shipment }) => shipment.id));
  const theirs = new Set(stored.map(({ shipment }) => shipment.repository.toLowerCase()));
  const receivers = receiversOf(course, challenge, owners).map((receiver, index) => ({
    ...receiver,
    person: owners[index]!,
    isPlain: !theirs.has(receiver.repository.toLowerCase()),
  }));
  const whose = receivers.flatMap(({ isPlain, person }) => (isPlain && !challenge.early ? [] : [person]));
  const planned = planShipments(course, challenge, whose, facts, login);
  const wanted = new Set(planned.flatMap(({ id, repository }) => (withdrawn.has(id) ? [] : [repository])));
  const exceptions = planned.filter(({ id }) => others.has(id) && !withdrawn.has(id));
  const diff = diffPlan(stored, exceptions, now);
  const kept = planned.filter(({ id }) => !others.has(id));
  const plain = carried.shipments > 0 ? receivers.filter(({ isPlain }) => isPlain) : [];
  diff.keep.push(...kept);
  if (!challenge.early && plain.length > 0)
    diff.untouched.push({
      challenge: challenge.name,
      shipments: carried.shipments - planned.length,
      places: plain.map(({ repository, owner }) => [repository, owner] as const),
    });
  const repositories = receivers
    .filter(({ repository, isPlain }) => (isPlain ? carried.shipments > 0 : wanted.has(repository)))
    .map(({ repository, owner, members }) => ({ name: repository, owner, members }))
    .toSorted((a, b) => (a.owner < b.owner ? -1 : Number(a.owner > b.owner)));
  return { diff, stored, repositories, unnoted: [], carried };
}
