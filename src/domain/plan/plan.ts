// The plan: every shipment that a challenge means, as data.
import { carrierName, carriersOf } from '../challenge/delivery.ts';
import type { Carrier, Challenge } from '../challenge/challenge.ts';
import type { RowRange } from '../dataset/dataset.ts';
import type { Course, Owner } from '../course/course.ts';
import type { DatasetFacts } from '../dataset/facts.ts';
import { seedOf } from '../dataset/sample.ts';
import { releaseRanges } from '../challenge/release-rows.ts';
import { repositoryName } from '../course/repository-name.ts';
import { fillTemplate } from '../text/repository-path.ts';
import { shipmentId, shipmentTrailer } from '../shipment/shipment.ts';
import type { Shipment } from '../shipment/shipment.ts';
import { releasedRows } from '../dataset/slices.ts';

type Calendar = Shipment['releases'];

/**
 * One shipment per release, owner and carrier, in order of due date, challenge, release, owner, carrier. Without facts (a
 * source that has not been looked at) the rows of shares are null, and the plan is only good for showing.
 */
export function planShipments(
  course: Course,
  challenge: Challenge,
  owners: readonly Owner[],
  facts: DatasetFacts | undefined,
  organisation?: string,
): Shipment[] {
  const calendar = calendarOf(challenge, facts);
  const receivers = receiversOf(course, challenge, owners);
  const context = { challenge, calendar, organisation, digest: facts?.sha256 };
  const shipments = calendar.flatMap((release) => {
    const lots = carriersOf(challenge, release.name).map((carrier) => lotOf(challenge, release, carrier));
    return receivers.flatMap((receiver) => lots.map((lot) => toShipment(context, lot, receiver)));
  });
  return shipments.toSorted(compareShipments);
}

/** Releases in order, with the rows they take of this dataset. */
export function calendarOf(challenge: Challenge, facts: DatasetFacts | undefined): Calendar {
  const ranges = facts && releaseRanges(challenge.releases, releasedRows(facts.rows, challenge.dataset.holdOut));
  return challenge.releases.map(({ name, due, take }, index) => ({
    name,
    due: due.toISOString(),
    rows: (ranges ? ranges[index] : take.kind === 'rows' ? take.rows : null) as RowRange | null,
    ...(take.kind === 'where' ? { where: take.where } : {}),
  }));
}

/** How many rows each release has, samples aside; `counts` where conditions choose them, undefined where it is not known yet. */
export function rowCounts(
  challenge: Challenge,
  facts: DatasetFacts | undefined,
  counts: readonly number[] | undefined,
): (number | undefined)[] {
  return calendarOf(challenge, facts).map(
    ({ rows }, index) => counts?.[index] ?? (rows ? rows[1] - rows[0] : undefined),
  );
}

/** What is the same in all shipments of an owner. */
type Receiver = Pick<Shipment, 'owner' | 'members' | 'repository' | 'seed'>;

export function receiversOf(course: Course, challenge: Challenge, owners: readonly Owner[]): Receiver[] {
  return owners.map((owner) => ({
    owner: owner.slug,
    members: owner.members.map(({ login }) => login),
    repository: repositoryName(course, challenge.name, owner),
    // The same for all releases of an owner, whoever joins later.
    seed: seedOf(challenge.name, owner.slug.toLowerCase()),
  }));
}

type Context = {
  challenge: Challenge;
  calendar: Calendar;
  organisation: string | undefined;
  digest: string | undefined;
};

/** What is the same in all shipments of a release by one carrier; in the templates only the owner is left to be filled in. */
type Lot = { release: Calendar[number]; carrier: Carrier['kind']; path: string; remote?: string };

function lotOf(challenge: Challenge, release: Calendar[number], carrier: Carrier): Lot {
  const values = { release: release.name, challenge: challenge.name };
  return {
    release,
    carrier: carrier.kind,
    path: fillTemplate(challenge.path, values),
    ...(carrier.kind === 'rclone' ? { remote: fillTemplate(carrier.remote, values) } : {}),
  };
}

const forOwner = (template: string, owner: string): string =>
  template.includes('{') ? fillTemplate(template, { owner }) : template;

function toShipment(context: Context, lot: Lot, receiver: Receiver): Shipment {
  const { challenge, calendar, organisation, digest } = context;
  const { release, carrier } = lot;
  const { owner, members, repository, seed } = receiver;
  const remote = lot.remote === undefined ? {} : { remote: forOwner(lot.remote, owner) };
  const id = shipmentId({
    challenge: challenge.name,
    release: release.name,
    repository,
    carrier,
    ...remote,
  });
  return {
    id,
    challenge: challenge.name,
    release: release.name,
    due: release.due,
    owner,
    members,
    repository,
    ...(organisation === undefined ? {} : { organisation }),
    carrier,
    ...remote,
    path: forOwner(lot.path, owner),
    rows: release.rows,
    ...(release.where ? { where: release.where } : {}),
    dataset: challenge.dataset,
    ...(digest === undefined ? {} : { digest }),
    per: challenge.per,
    sample: challenge.sample,
    seed,
    drift: challenge.drift,
    ...(challenge.early ? { early: true } : {}),
    releases: calendar,
    branch: `practicum/${challenge.name}/${release.name}-${id}`,
    trailer: `${shipmentTrailer}: ${id}`,
  };
}

/** By due date, challenge, place of the release, owner, carrier: never by locale. */
export function compareShipments(a: Shipment, b: Shipment): number {
  return (
    compare(a.due, b.due) ||
    compare(a.challenge, b.challenge) ||
    compare(placeOf(a), placeOf(b)) ||
    compare(a.owner, b.owner) ||
    compare(carrierKey(a), carrierKey(b))
  );
}

const placeOf = (shipment: Shipment): number => shipment.releases.findIndex(({ name }) => name === shipment.release);

const carrierKey = ({ carrier, remote }: Shipment): string =>
  carrier === 'rclone' ? carrierName({ kind: carrier, remote: remote ?? '' }) : carrier;

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
