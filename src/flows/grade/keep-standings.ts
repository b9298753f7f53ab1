// How each student of a course stands, kept for the pages: computed again where there is news, time has run out or rules changed.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Owner } from '../../domain/course/course.ts';
import { buildGradebook, type GradebookInput } from '../../domain/grade/gradebook.ts';
import { cutOff } from '../../domain/evidence/criterion.ts';
import { riskOf } from '../../domain/evidence/fall-behind.ts';
import { scorePolicy } from '../../domain/evidence/policy.ts';
import { progressOf } from '../../domain/evidence/release-progress.ts';
import { scoringRules } from '../../domain/score/score.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { KeptStanding, StaleOwner } from '../../ports/standings.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { standingsJob } from '../jobs/queue-practice.ts';
import { readGradebookInput, type Wanted } from './read-gradebook.ts';

const hour = 3_600_000;
/** Time alone changes a score slowly: a release becomes due, a run grows old. */
const longestMs = hour;
/** Once everything is over for somebody, hardly at all. */
const longestAfterMs = 24 * hour;

/** Owners computed at a time, so that nobody else waits for long. */
const chunk = 10;
/** So many are computed while somebody waits for the page; more are left to a job. */
const mostAtOnce = 15;
const everybody = 1_000_000;

/** Where there is news about a few, they are computed now; where about many, soon. Returns how many are not as of now. */
export async function freshenStandings(store: Store, wanted: Wanted): Promise<number> {
  const { organisation, now } = wanted;
  const rules = await begin(store, wanted);
  const stale = await store.staleOwners(organisation, rules, now, mostAtOnce + 1);
  if (stale.length <= mostAtOnce) {
    await compute(store, wanted, rules, stale);
    return 0;
  }
  await store.enqueue([standingsJob(organisation, now)]);
  return store.countStale(organisation, rules, now);
}

/** The job: everybody about whom there is news, in one pass. What comes meanwhile queues it again. */
export async function keepStandings(
  { store, clock }: Pick<FlowPorts, 'store' | 'clock'>,
  { organisation }: { organisation: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found) return;
  const wanted = { ...found, organisation, now: clock.now() };
  const rules = await begin(store, wanted);
  await compute(store, wanted, rules, await store.staleOwners(organisation, rules, wanted.now, everybody));
  await store.dropStrayNews(organisation);
}

/** Returns the digest of the rules, with the rows at the roster. */
async function begin(store: Store, { organisation, course, challenges, owners }: Wanted): Promise<string> {
  const roster = rosterOf(owners);
  await store.keepRoster(organisation, roster.digest, roster.owners);
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  return digest([scoringRules, policies, course.grades.pass]);
}

async function compute(store: Store, wanted: Wanted, rules: string, stale: readonly StaleOwner[]): Promise<void> {
  const { organisation } = wanted;
  const bySlug = new Map(wanted.owners.map((owner) => [owner.slug, owner]));
  for (let from = 0; from < stale.length; from += chunk) {
    const some = stale.slice(from, from + chunk).filter(({ owner }) => bySlug.has(owner));
    const owners = some.map(({ owner }) => bySlug.get(owner)!);
    // News before evidence: what comes in between is read and stays noted.
    const news = await store.standingNews(
      organisation,
      owners.map(({ slug }) => slug),
    );
    const input = owners.length === 0 ? undefined : await readGradebookInput(store, { ...wanted, owners });
    if (!input) continue;
    const kept = toKept(input, wanted, rules, some);
    await store.transaction((inside) => inside.saveStandings(organisation, kept, news));
  }
}

function toKept(
  input: GradebookInput,
  { challenges, now }: Wanted,
  rules: string,
  stale: readonly StaleOwner[],
): KeptStanding[] {
  const rows = Map.groupBy(buildGradebook(input).rows, ({ owner }) => owner);
  const shipments = Map.groupBy(input.shipments, ({ owner }) => owner);
  const evidence = Map.groupBy(input.evidence, key);
  const grace = new Map(challenges.map(({ name, freshness }) => [name, freshness.full]));
  return stale.map(({ owner, version }) => {
    const sent = shipments.get(owner) ?? [];
    const runs = input.policies.flatMap((policy) => {
      const { challenge } = policy;
      const mine = sent.filter((shipment) => shipment.challenge === challenge);
      return progressOf(policy, mine, evidence.get(key({ challenge, owner })) ?? [], now);
    });
    const count = (wanted: string): number => sent.filter(({ state }) => state === wanted).length;
    const risk = riskOf(runs, grace);
    return {
      owner,
      version,
      rules,
      at: now,
      until: untilOf(input, owner),
      rows: rows.get(owner) ?? [],
      releases: runs,
      shipments: {
        planned: count('planned'),
        dispatched: count('dispatched'),
        failed: count('failed'),
      },
      ...(risk ? { risk } : {}),
    };
  });
}

/** At the end of a challenge a score becomes another, whatever was seen before. */
function untilOf({ policies, extensions = [], now }: GradebookInput, owner: string): Date {
  const ends = policies.map((policy) => {
    const theirs = extensions.filter(
      (extension) => extension.owner === owner && (extension.challenge ?? policy.challenge) === policy.challenge,
    );
    return cutOff({ policy, extensions: theirs }).getTime();
  });
  const at = now.getTime();
  const isOver = ends.every((end) => end + longestAfterMs < at);
  return new Date(Math.min(at + (isOver ? longestAfterMs : longestMs), ...ends.filter((end) => end >= at)));
}

type Roster = { digest: string; owners: readonly Owner[] };
/** A roster stays the same list for as long as its file is in force. */
const rosters = new WeakMap<readonly Owner[], Roster>();

function rosterOf(owners: readonly Owner[]): Roster {
  const known = rosters.get(owners);
  if (known) return known;
  const inOrder = owners.toSorted((a, b) => a.name.localeCompare(b.name, 'en') || (a.slug < b.slug ? -1 : 1));
  const roster = { digest: digest(inOrder), owners: inOrder };
  rosters.set(owners, roster);
  return roster;
}

function key({ challenge, owner }: { challenge: string; owner: string }): string {
  return JSON.stringify([challenge, owner]);
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
