// The staff asks a question now, by `practicum request` or by a comment: a job for each student repository that is meant.
import type { Challenge, RequestKind } from '../../domain/challenge/challenge.ts';
import type { Store } from '../../ports/store.ts';
import type { InForce } from '../course/in-force.ts';
import { requestJob } from '../jobs/queue-practice.ts';

export type Wanted = {
  challenge: string;
  kind?: RequestKind;
  /** Slugs; without it, everybody. */
  owners?: readonly string[];
  /** What asks: the same occasion never asks the same student twice. */
  occasion: string;
};
/** `without`: those who have no data of the challenge yet, which a question could be about. */
export type Asked = { challenge: string; kind: RequestKind; asked: string[]; without: string[] };

export async function askByHand(
  store: Store,
  { record: { organisation }, challenges, owners }: InForce,
  { challenge: name, kind, owners: only, occasion }: Wanted,
  now: Date,
): Promise<Asked | { problem: string }> {
  const challenge = challenges.find((candidate) => candidate.name === name);
  const rule = challenge === undefined ? -1 : findRule(challenge, kind);
  if (!challenge) return { problem: `There is no challenge ${name}.` };
  if (rule < 0) {
    const what = kind === undefined ? '' : ` of kind ${kind}`;
    return { problem: `${name} has no request${what} with \`on: manual\`: add one to its challenge.yml.` };
  }
  if (now > challenge.ends) return { problem: `${name} has ended: no more requests are issued.` };
  const shipped = await store.shipments(organisation, { challenge: name });
  const repositories = new Map(
    shipped.flatMap(({ shipment, state }) => (state === 'dispatched' ? [[shipment.owner, shipment.repository]] : [])),
  );
  const meant = owners.map(({ slug }) => slug).filter((slug) => only === undefined || only.includes(slug));
  const asked = meant.filter((slug) => repositories.has(slug));
  const jobs = asked.map((slug) =>
    requestJob({ organisation, repository: repositories.get(slug)!, challenge: name }, rule, now, { occasion }),
  );
  await store.enqueue(jobs);
  const without = meant.filter((slug) => !repositories.has(slug));
  return { challenge: name, kind: challenge.requests[rule]!.kind, asked, without };
}

function findRule({ requests }: Challenge, kind: RequestKind | undefined): number {
  return requests.findIndex((request) => request.on === 'manual' && (kind === undefined || request.kind === kind));
}
