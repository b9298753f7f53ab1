// One challenge while it runs: its calendar against what happened, and who needs help in anything.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course } from '../../domain/course/course.ts';
import { mergeBy } from '../../domain/evidence/merge-by.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import { proposeReminder } from '../../domain/messages/reminder-message.ts';
import type { LateFigures, Needing, ProbeFigures, Reminder, RequestFigures } from '../../ports/monitor.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { freshenStandings } from '../grade/keep-standings.ts';
import { readGate } from '../grade/read-gradebook.ts';
import { showFigures, type ClassFigures } from '../pages/show-figures.ts';

/** Below half of what could be had by now, in any criterion. */
const enough = 0.5;
const mostNamed = 25;
const hourMs = 3_600_000;

export type HelpLine = Needing & { proposed: string; last?: Reminder };

export type ChallengeView = {
  record: CourseRecord;
  course: Course;
  challenge: Challenge;
  now: Date;
  figures: ClassFigures;
  /** By release. */
  mergeBy: ReadonlyMap<string, Date>;
  late: ReadonlyMap<string, LateFigures>;
  requests: RequestFigures[];
  /** Of the last hour. Absent where no services are probed. */
  probes?: ProbeFigures;
  help: { rows: HelpLine[]; total: number };
  /** How many students do not stand here as of now yet. */
  pending: number;
};

export type ChallengeLine = Pick<Challenge, 'name' | 'title' | 'starts' | 'ends'>;

/** Undefined while no course is in force. */
export async function showChallenges(
  store: Store,
  organisation: string,
): Promise<{ record: CourseRecord; zone: string; challenges: ChallengeLine[] } | undefined> {
  const found = await inForce(store, organisation);
  return found && { record: found.record, zone: found.course.timezone, challenges: found.challenges };
}

export async function showChallenge(
  store: Store,
  organisation: string,
  name: string,
  now: Date,
): Promise<ChallengeView | undefined> {
  const found = await inForce(store, organisation);
  const challenge = found?.challenges.find((candidate) => candidate.name === name);
  if (!found || !challenge) return undefined;
  const { record, course } = found;
  const pending = await freshenStandings(store, { ...found, organisation, now });
  const policy = scorePolicy(challenge, course);
  const releases = challenge.releases.map(({ name: release, due }) => ({
    name: release,
    due,
    by: mergeBy({ due }, policy),
  }));
  const withRelease = challenge.requests.flatMap(({ on }, rule) => (on === 'release' ? [rule] : []));
  const late = await store.lateFigures(organisation, name, releases, now);
  const grace = new Date(now.getTime() - challenge.freshness.full);
  const needing = await store.needing(organisation, name, enough, mostNamed, grace);
  const last = await store.lastReminders(
    organisation,
    name,
    needing.rows.map(({ owner }) => owner),
  );
  const shown = (await readGate(store, organisation, course, now)).open;
  const propose = ({ members, behind, criteria }: Needing): string =>
    proposeReminder(
      members.map(({ login }) => login),
      challenge.title,
      behind.map((criterion) => ({ criterion, points: criteria[criterion]!.points, of: criteria[criterion]!.of })),
      { shown },
    );
  return {
    record,
    course,
    challenge,
    now,
    figures: await showFigures(store, organisation, challenge),
    mergeBy: new Map(releases.map(({ name: release, by }) => [release, by])),
    late: new Map(late.map((lateFigures) => [lateFigures.release, lateFigures])),
    requests: await store.requestFigures(organisation, name, withRelease),
    ...(challenge.endpoint
      ? { probes: await store.probeFigures(organisation, name, new Date(now.getTime() - hourMs)) }
      : {}),
    help: {
      total: needing.total,
      rows: needing.rows.map((row) => {
        const before = last.get(row.owner);
        return { ...row, proposed: propose(row), ...(before ? { last: before } : {}) };
      }),
    },
    pending,
  };
}
