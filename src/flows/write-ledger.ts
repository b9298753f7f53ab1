// Something is known that the ledger does not have yet: append it, and every score that follows from it.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { scoreInputs, type GradebookInput } from '../domain/gradebook.ts';
import { appendEntry, type LedgerBody, type LedgerEntry } from '../domain/ledger.ts';
import { score } from '../domain/score/score.ts';
import type { Outside, Store } from '../ports.ts';
import type { LedgerRow } from '../ports-practice.ts';
import { inForce } from './in-force.ts';
import { headJob } from './publish-head.ts';
import { readGradebookInput } from './read-gradebook.ts';

type Draft = { subject: string; owner?: string; body: LedgerBody; digest: string };

/** Repeatable: what the ledger has already, by its digest, is not written again. One writer at a time for each course. */
export async function writeLedger(
  { store, clock }: Outside,
  { organisation }: { organisation: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found) return;
  const { course, challenges, owners } = found;
  await store.transaction(async (inside) => {
    let last: Pick<LedgerEntry, 'seq' | 'hash'> | undefined = await inside.lockLedger(organisation);
    const now = clock.now();
    const news = new Set(await inside.ownersOutsideLedger(organisation));
    const slugs = new Set(owners.map(({ slug }) => slug));
    const evidence = await readGradebookInput(inside, {
      organisation,
      course,
      challenges,
      owners: owners.filter(({ slug }) => news.has(slug)),
      now,
    });
    const facts = await missing(inside, organisation, [...factsOf(evidence)]);
    const observed = await missing(inside, organisation, observationsOf(evidence, slugs));
    // New rules move everybody; anything else only those it is about.
    const moved = facts.some(({ owner }) => owner === undefined)
      ? slugs
      : new Set([...facts, ...observed].map(({ owner }) => owner));
    const affected = owners.filter(({ slug }) => moved.has(slug));
    const same = affected.every(({ slug }) => news.has(slug));
    const known = same
      ? evidence
      : await readGradebookInput(inside, { organisation, course, challenges, owners: affected, now });
    // What was read for the scores must be in the ledger before them.
    const late = same ? [] : await missing(inside, organisation, observationsOf(known, slugs), observed);
    const scored = await missing(inside, organisation, calculationsOf({ ...known, owners: affected }));
    const rows: LedgerRow[] = [];
    const overridden = await missing(inside, organisation, overridesOf(evidence));
    for (const { subject, digest, body } of [...facts, ...observed, ...late, ...scored, ...overridden]) {
      const entry: LedgerEntry = appendEntry(last, body, now);
      rows.push({ subject, digest, entry });
      last = entry;
    }
    await inside.appendLedger(organisation, rows);
    if (rows.length > 0) await inside.enqueue([headJob(organisation, now)]);
  });
}

function* factsOf(input: GradebookInput): Generator<Draft> {
  for (const policy of input.policies)
    yield draft(`policy/${policy.challenge}`, { kind: 'fact', fact: 'policy', policy });
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

function observationsOf({ evidence }: GradebookInput, owners: ReadonlySet<string>): Draft[] {
  return evidence
    .filter(({ owner }) => owners.has(owner))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1))
    .map((one) => draft(`evidence/${one.id}`, { kind: 'observation', evidence: one }, one.owner));
}

function calculationsOf(input: GradebookInput): Draft[] {
  return [...scoreInputs(input)].map(({ owner: { slug }, scoring }) => {
    const { challenge } = scoring.policy;
    const computed = score(scoring);
    const body: LedgerBody = { kind: 'calculation', challenge, owner: slug, asOf: input.now, score: computed };
    return draft(`score/${challenge}/${slug}`, body, slug, computed);
  });
}

function draft(subject: string, body: LedgerBody, owner?: string, content: unknown = body): Draft {
  const digest = createHash('sha256').update(canonicalJson(content)).digest('hex');
  return { subject, body, digest, ...(owner === undefined ? {} : { owner }) };
}

/** Those whose latest entry says something else, or that have none. */
async function missing(
  store: Store,
  organisation: string,
  drafts: readonly Draft[],
  written: readonly Draft[] = [],
): Promise<Draft[]> {
  const known = await store.ledgerDigests(
    organisation,
    drafts.map(({ subject }) => subject),
  );
  const now = new Map(written.map(({ subject, digest }) => [subject, digest]));
  return drafts.filter(({ subject, digest }) => (now.get(subject) ?? known.get(subject)) !== digest);
}
