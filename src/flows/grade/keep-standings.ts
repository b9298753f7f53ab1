// The scores of a whole course without reading all of its evidence: cached where that is still valid, otherwise recomputed.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Owner } from '../../domain/course/course.ts';
import { buildGradebook, type Gradebook, type GradebookInput } from '../../domain/grade/gradebook.ts';
import { cutOff } from '../../domain/evidence/criterion.ts';
import { scoringRules } from '../../domain/score/score.ts';
import type { Store } from '../../ports/store.ts';
import { readGradebookInput, readInChunks, type Wanted } from './read-gradebook.ts';

/** Time alone changes a score slowly: a release becomes due, a run grows old. */
const longestMs = 3_600_000;

/** The gradebook as of an hour ago at most; evidence, rules and decisions are those of now. */
export async function readStandings(store: Store, wanted: Wanted): Promise<Gradebook> {
  const { organisation, owners, now } = wanted;
  const rules = await readGradebookInput(store, { ...wanted, owners: [] });
  const slugs = owners.map(({ slug }) => slug);
  const heads = await store.evidenceHeads(organisation, slugs);
  const basis = basesOf({ ...rules, owners });
  const known = Map.groupBy(await store.standings(organisation), ({ row }) => row.owner);
  const holds = ({ slug }: Owner): boolean => {
    const mine = known.get(slug) ?? [];
    return rules.policies.every(({ challenge }) =>
      mine.some(
        ({ row, at, basis: then, seq }) =>
          row.challenge === challenge &&
          then === basis.get(slug) &&
          seq === heads.get(slug) &&
          at <= now &&
          now.getTime() - at.getTime() <= longestMs &&
          !endsBetween(rules, slug, at, now),
      ),
    );
  };
  const [current, stale] = [owners.filter(holds), owners.filter((owner) => !holds(owner))];
  const rows = current.flatMap(({ slug }) => (known.get(slug) ?? []).map(({ row }) => row));
  for await (const input of readInChunks(store, { ...wanted, owners: stale }))
    rows.push(...(await saveStandings(store, organisation, input, heads)));
  const challenges = rules.policies.map(({ challenge }) => challenge);
  const place = new Map(rows.map((row) => [JSON.stringify([row.challenge, row.owner]), row]));
  const inOrder = challenges.flatMap((challenge) => slugs.map((slug) => place.get(JSON.stringify([challenge, slug]))!));
  return { ...buildGradebook({ ...rules, owners: [] }), rows: inOrder };
}

/** At its end a score becomes another, whatever was seen before. */
function endsBetween({ policies, extensions = [] }: GradebookInput, owner: string, at: Date, now: Date): boolean {
  return policies.some((policy) => {
    const theirs = extensions.filter(
      (one) => one.owner === owner && (one.challenge ?? policy.challenge) === policy.challenge,
    );
    const end = cutOff({ policy, extensions: theirs });
    return at <= end && end < now;
  });
}

/** Computes the rows of these owners and keeps them. `heads` must have been read before their evidence. */
export async function saveStandings(
  store: Store,
  organisation: string,
  input: GradebookInput,
  heads: ReadonlyMap<string, number>,
): Promise<Gradebook['rows']> {
  const basis = basesOf(input);
  const { rows } = buildGradebook(input);
  if (rows.length === 0) return rows;
  await store.saveStandings(
    organisation,
    rows.map((row) => ({ row, at: input.now, basis: basis.get(row.owner)!, seq: heads.get(row.owner) ?? 0 })),
  );
  return rows;
}

/** For each owner a digest of all that their scores rest on besides evidence and time. */
function basesOf({
  policies,
  owners,
  shipments,
  extensions = [],
  overrides = [],
  pass = 0,
}: GradebookInput): Map<string, string> {
  const rules = digest([scoringRules, policies, pass]);
  const mine = {
    shipments: Map.groupBy(shipments, of),
    extensions: Map.groupBy(extensions, of),
    overrides: Map.groupBy(overrides, of),
  };
  return new Map(
    owners.map((owner) => {
      const { slug } = owner;
      const parts = [rules, owner, mine.shipments.get(slug), mine.extensions.get(slug), mine.overrides.get(slug)];
      return [slug, digest(parts.map((part) => part ?? []))];
    }),
  );
}

function of({ owner }: { owner: string }): string {
  return owner;
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
