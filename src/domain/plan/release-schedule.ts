// When the releases of all challenges are sent: they share one pace, so that one may have to wait for another, or begin before it.
import type { CarrierKind } from '../carrier/carriers.ts';
import { sayShortDuration, sayWallTime } from '../time/say-time.ts';
import { carriersOf } from '../challenge/delivery.ts';
import type { Challenge } from '../challenge/challenge.ts';
import { effortOf, type Effort } from './pace.ts';

/** When one release is sent to everybody. */
export type ReleaseSlot = {
  /** Seconds from the first to the last shipment, where nothing else is on its way. */
  takes: number;
  /** When branches of pull requests begin to be made ahead, for a release that starts early. */
  stage?: Date;
  /** When the first shipment is sent: the due date, or before it for a release that starts early. */
  send: Date;
  /** When the last one has arrived, what is due before it included. */
  done: Date;
};

type Planned = { key: string; due: number; early: boolean; effort: Effort };
type Block = { from: number; to: number };

/** What is sent within the due minute is on time. */
const dueMs = 60_000;
/** Slack for contention while staging. */
const spareMs = 60_000;
/** Between the last call of one release and the first of the next. */
const gapMs = 1000;
/** By then a burst of notifications is forgotten. */
const restMs = 3_600_000;
/** A release to a large class takes hours: what was due a day before may be the reason why there is no burst. */
const crowdedMs = 86_400_000;

export const slotKey = (challenge: string, release: string): string => `${challenge}/${release}`;

/** By `slotKey`, for so many repositories. What is due first goes first; of two at once, the challenge that comes first by name. */
export function scheduleReleases(challenges: readonly Challenge[], owners: number): Map<string, ReleaseSlot> {
  const releases = inOrder(challenges, owners);
  const punctual = queueUp(
    releases.filter(({ early }) => !early).map((release) => ({ ...release, from: release.due })),
  );
  const starts = placeEarly(releases, [...punctual.values()]);
  const sent = queueUp(
    releases
      .map((release) => ({ ...release, from: starts.get(release.key)?.send ?? release.due }))
      .toSorted((a, b) => a.from - b.from || a.due - b.due),
    true,
  );
  return new Map(
    releases.map(({ key, due, effort }) => {
      const { stage, send } = starts.get(key) ?? {};
      const slot: ReleaseSlot = {
        takes: effort.all(true),
        send: new Date(send ?? due),
        done: new Date(sent.get(key)!.to),
      };
      return [key, stage === undefined ? slot : { ...slot, stage: new Date(stage) }];
    }),
  );
}

function inOrder(challenges: readonly Challenge[], owners: number): Planned[] {
  return challenges
    .flatMap((challenge) =>
      challenge.releases.map(({ name, due }) => {
        const carriers = carriersOf(challenge, name).map(({ kind }): CarrierKind => kind);
        const key = slotKey(challenge.name, name);
        return { key, due: due.getTime(), early: challenge.early === true, effort: effortOf(carriers, owners) };
      }),
    )
    .toSorted((a, b) => a.due - b.due || (a.key < b.key ? -1 : 1));
}

/** One after another, each from its time on. Of what was staged, only the rest is left `toSend`. */
function queueUp(releases: readonly (Planned & { from: number })[], toSend = false): Map<string, Block> {
  const blocks = new Map<string, Block>();
  let free = -Infinity;
  for (const { key, from, early, effort } of releases) {
    const isRested = from - free > restMs;
    const seconds = early && toSend ? effort.send(isRested) : effort.all(isRested);
    const start = Math.max(from, free);
    const to = start + seconds * 1000;
    free = to + gapMs;
    blocks.set(key, { from, to });
  }
  return blocks;
}

type Part = Planned & { part: 'send' | 'stage'; by: number; isRested: boolean };

/** Backwards from the due dates, around what is due on time: each part ends before whatever must come after it begins. */
function placeEarly(
  releases: readonly Planned[],
  fixed: readonly Block[],
): Map<string, { stage?: number; send: number }> {
  const starts = new Map<string, { stage?: number; send: number }>();
  const parts = releases.flatMap((release, index): Part[] =>
    release.early ? [{ ...release, part: 'send', by: release.due + dueMs, isRested: isRested(releases, index) }] : [],
  );
  let free = Infinity;
  while (parts.length > 0) {
    const latest = parts.reduce((last, one, index) => (one.by >= parts[last]!.by ? index : last), 0);
    const [part] = parts.splice(latest, 1) as [Part];
    const { key, due, effort } = part;
    const length = (part.part === 'send' ? effort.send(part.isRested) : effort.stage!) * 1000 + gapMs;
    free = before(Math.min(part.by, free), length, fixed) - length;
    if (part.part === 'stage') {
      starts.set(key, { ...starts.get(key)!, stage: free });
      continue;
    }
    const send = Math.min(free, due);
    starts.set(key, { send });
    // In front, so that of two with one end the later release is placed first again.
    if (effort.stage !== undefined) parts.unshift({ ...part, part: 'stage', by: send - spareMs });
  }
  return starts;
}

function isRested(releases: readonly Planned[], index: number): boolean {
  const { due } = releases[index]!;
  return !releases.some((other, at) => at !== index && other.due <= due && other.due > due - crowdedMs);
}

/** The latest end of a part of this length that meets none of the blocks. */
function before(end: number, length: number, blocks: readonly Block[]): number {
  const inTheWay = blocks.filter(({ from, to }) => from < end && to > end - length);
  return inTheWay.length === 0 ? end : before(Math.min(...inTheWay.map(({ from }) => from)), length, blocks);
}

/** How long a release takes, from when on, and until when, where that is not its due date or soon after. */
export function describeSlot({ takes, stage, send, done }: ReleaseSlot, due: Date, zone: string, now: Date): string {
  const from = stage ?? send;
  const parts = [sayShortDuration(Math.max(60_000, Math.ceil(takes / 60) * 60_000))];
  if (due >= now && from < due) parts.push(`from ${sayWallTime(from, zone)} on`);
  if (done.getTime() > due.getTime() + takes * 1000 + dueMs)
    parts.push(`until ${sayWallTime(done, zone)}, after the releases before it`);
  return parts.join(', ');
}
