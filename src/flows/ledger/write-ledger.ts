// Something is known that the ledger does not have yet: append it, and every score that follows from it.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Evidence } from '../../domain/evidence/evidence.ts';
import { scoreInputs, type GradebookInput } from '../../domain/grade/gradebook.ts';
import { appendEntry, type LedgerBody, type LedgerEntry } from '../../domain/ledger/ledger.ts';
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import type { Owner } from '../../domain/course/course.ts';
import { scorePolicy, type ScorePolicy } from '../../domain/evidence/policy.ts';
import { pointsOf, score, scoringRules } from '../../domain/score/score.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Store } from '../../ports/store.ts';
import type { LedgerRow, LedgerWanted } from '../../ports/practice.ts';
import { inForce } from '../course/in-force.ts';
import { headJob } from './publish-head.ts';
import { standingsJob } from '../jobs/queue-practice.ts';
import { readGradebookInput, readInChunks, type Wanted } from '../grade/read-gradebook.ts';

type Draft = { subject: string; owner?: string; body: LedgerBody; digest: string };

/**
 * Repeatable: what the ledger has already, by its digest, is not written again. What is scored and what is entered is read from
 * one moment of the database, and nothing is scored that is not entered: whatever others commit meanwhile waits for the
 * next time.
 */
export async function writeLedger(
  { store, clock }: FlowPorts,
  { organisation }: { organisation: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found) return;
  const { course, challenges, owners } = found;
  await store.snapshot(`ledger/${organisation.toLowerCase()}`, async (inside) => {
    let last: Pick<LedgerEntry, 'seq' | 'hash'> | undefined = await inside.ledgerHead(organisation);
    const now = clock.now();
    const wanted: Wanted = { organisation, course, challenges, owners: [], now };
    const noted = await inside.takeLedgerWanted(organisation);
    await noteAgain(inside, organisation, noted, now);
    const policies = challenges.map((challenge) => scorePolicy(challenge, course));
    const changed = await missing(inside, organisation, [...rulesOf(policies)]);
    // New rules move everybody; anything else only those it is about, and nobody else is looked at.
    const about = changed.length > 0 ? undefined : noted.map(({ owner }) => owner);
    const rules = await readGradebookInput(inside, wanted, { about });
    const facts = [...changed, ...(await missing(inside, organisation, [...factsOf(rules)]))];
    const affected = owners.filter(movedBy(changed, facts, noted));
    const observed = observationsOf(await newEvidence(inside, wanted, owners, noted));
    const scored = await scoreOwners(inside, { ...wanted, owners: affected }, rules);
    const overridden = await missing(inside, organisation, overridesOf(rules));
    const rows: LedgerRow[] = [];
    for (const { subject, digest, body } of [...facts, ...observed, ...scored, ...overridden]) {
      const entry: LedgerEntry = appendEntry(last, body, now);
      rows.push({ subject, digest, entry });
      last = entry;
    }
    await inside.appendLedger(organisation, rows);
    if (noted.length > 0 || changed.length > 0) await inside.enqueue([standingsJob(organisation, now)]);
    if (rows.length > 0) await inside.enqueue([headJob(organisation, now)]);
  });
}

/** What is known and not entered yet, in the form in which it will be; scores are left out. */
export async function outsideLedger(store: Store, wanted: Wanted): Promise<LedgerBody[]> {
  const { organisation, course, challenges, owners } = wanted;
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  const rules = await readGradebookInput(store, { ...wanted, owners: [] });
  const drafts = [...rulesOf(policies), ...factsOf(rules), ...overridesOf(rules)];
  const slugs = owners.map(({ slug }) => slug);
  const observed = observationsOf(await store.evidenceOutsideLedger(organisation, slugs, []));
  return [...(await missing(store, organisation, drafts)), ...observed].map(({ body }) => body);
}

/** A decision of a clock that is ahead of ours does not hold yet: the next time it may. */
async function noteAgain(store: Store, organisation: string, noted: readonly LedgerWanted[], now: Date): Promise<void> {
  const acts = await store.gradeActs(
    organisation,
    noted.map(({ owner }) => owner),
  );
  const early = new Set(
    acts.filter(({ at }) => at > now).flatMap((act) => (act.kind === 'gate' ? [] : [ownerOfAct(act)])),
  );
  await store.wantLedger(organisation, [...early]);
}

function ownerOfAct(act: Exclude<GradeAct, { kind: 'gate' }>): string {
  return act.kind === 'extension' ? act.extension.owner : act.override.owner;
}

function movedBy(
  rules: readonly Draft[],
  facts: readonly Draft[],
  noted: readonly LedgerWanted[],
): (owner: Owner) => boolean {
  const seen = noted.filter(({ seqs, whole }) => whole || seqs.length > 0);
  const moved = new Set([...facts, ...seen].map(({ owner }) => owner));
  return ({ slug }) => rules.length > 0 || moved.has(slug);
}

/** What whoever is not on the roster did is entered once they are on it again. */
async function newEvidence(
  store: Store,
  { organisation }: Wanted,
  owners: readonly Owner[],
  noted: readonly LedgerWanted[],
): Promise<Evidence[]> {
  const roster = new Set(owners.map(({ slug }) => slug));
  const here = noted.filter(({ owner }) => roster.has(owner));
  const whole = here.filter((ledgerWanted) => ledgerWanted.whole).map(({ owner }) => owner);
  return store.evidenceOutsideLedger(
    organisation,
    whole,
    here.flatMap(({ seqs }) => seqs),
  );
}

/** The scores that changed, by the rules that were entered. */
async function scoreOwners(store: Store, wanted: Wanted, rules: GradebookInput): Promise<Draft[]> {
  const { organisation } = wanted;
  const drafts: Draft[] = [];
  for await (const known of readInChunks(store, wanted, { rules }))
    drafts.push(...(await missing(store, organisation, calculationsOf(known))));
  return drafts;
}

/** What holds for everybody. */
function* rulesOf(policies: readonly ScorePolicy[]): Generator<Draft> {
  // Late tokens are spent over all challenges: one that the course gave up must not go on counting.
  const names = policies.map(({ challenge }) => challenge);
  yield draft('challenges', { kind: 'fact', fact: 'challenges', names, rules: scoringRules });
  for (const policy of policies) yield draft(`policy/${policy.challenge}`, { kind: 'fact', fact: 'policy', policy });
}

function* factsOf(input: GradebookInput): Generator<Draft> {
  for (const { challenge, ...shipment } of input.shipments)
    yield draft(`shipment/${shipment.id}`, { kind: 'fact', fact: 'shipment', challenge, shipment }, shipment.owner);
  for (const { challenge = '', ...extension } of input.extensions ?? []) {
    const { owner, item } = extension;
    const body: LedgerBody = { kind: 'fact', fact: 'extension', challenge, extension };
    yield draft(`extension/${challenge}/${owner}/${item ?? ''}`, body, owner);
  }
}

function overridesOf({ overrides = [] }: GradebookInput): Draft[] {
  // Each is an entry of its own, also one that was replaced since: none of them may get lost.
  return overrides.map((override) => draft(`override/${override.id}`, { kind: 'override', override }, override.owner));
}

function observationsOf(evidence: readonly Evidence[]): Draft[] {
  return evidence
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
    .map((observed) => draft(`evidence/${observed.id}`, { kind: 'observation', evidence: observed }, observed.owner));
}

function calculationsOf(input: GradebookInput): Draft[] {
  return [...scoreInputs(input)].map(({ owner: { slug }, scoring }) => {
    const { challenge } = scoring.policy;
    const computed = score(scoring);
    const body: LedgerBody = { kind: 'calculation', challenge, owner: slug, asOf: input.now, score: computed };
    // That nothing but the words of a reason changed ("of 3 days observed") is no news.
    const news = { ...pointsOf(computed), deadline: computed.deadline };
    return draft(`score/${challenge}/${slug}`, body, slug, news);
  });
}

function draft(subject: string, body: LedgerBody, owner?: string, content: unknown = body): Draft {
  const digest = createHash('sha256').update(canonicalJson(content)).digest('hex');
  return { subject, body, digest, ...(owner === undefined ? {} : { owner }) };
}

/** Those whose latest entry says something else, or that have none. */
async function missing(store: Store, organisation: string, drafts: readonly Draft[]): Promise<Draft[]> {
  const known = await store.ledgerDigests(
    organisation,
    drafts.map(({ subject }) => subject),
  );
  return drafts.filter(({ subject, digest }) => known.get(subject) !== digest);
}
