// The staff asks a question now, by a command or by a comment: a job for each student repository that is meant.
import type { Challenge, RequestKind } from '../domain/challenge.ts';
import { describeRequested, describeUnasked, requestMarker } from '../domain/messages/request-message.ts';
import { readRequestComment } from '../domain/read-request-comment.ts';
import type { Outside, Store } from '../ports.ts';
import { inForce, type InForce } from './in-force.ts';
import { requestJob } from './queue-practice.ts';

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
  const challenge = challenges.find((one) => one.name === name);
  const rule = challenge === undefined ? -1 : findRule(challenge, kind);
  if (!challenge) return { problem: `There is no challenge ${name}.` };
  if (rule < 0) {
    const what = kind === undefined ? '' : ` of kind ${kind}`;
    return { problem: `${name} has no request${what} with \`on: manual\`: add one to its challenge.yml.` };
  }
  if (now > challenge.ends) return { problem: `${name} is over: nothing is asked any more.` };
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
  return requests.findIndex((one) => one.on === 'manual' && (kind === undefined || one.kind === kind));
}

type Payload = {
  organisation: string;
  repository: string;
  number: number;
  comment: { id: number; body: string; login: string };
};

/** In a student's repository it is about them; in the course repository it says about whom. Anybody else is told no. */
export async function followRequestComment(outside: Outside, payload: Payload): Promise<void> {
  const { organisation, repository, number, comment } = payload;
  const { store, clock } = outside;
  const found = /^\/request(?:\s|$)/m.test(comment.body) ? await inForce(store, organisation) : undefined;
  const wanted = found && readRequestComment(comment.body, found);
  if (!found || !wanted) return;
  const student = await store.studentRepository(organisation, repository);
  if (!student && repository !== found.record.repository) return;
  const { staff, dataPulls } = outside.github(found.record);
  const answer = (text: string): Promise<void> =>
    dataPulls.comment(repository, number, requestMarker(comment.id), text);
  if (!(await staff.mayWrite(found.record.repository, comment.login)))
    return answer(describeUnasked('Only people who may write to the course repository can ask.'));
  if ('problem' in wanted) return answer(describeUnasked(wanted.problem));
  const owner = wanted.owner ?? student?.owner;
  if (student && (wanted.all || owner !== student.owner))
    return answer(describeUnasked('This repository is of one student: ask others from the course repository.'));
  if (!wanted.all && owner === undefined)
    return answer(describeUnasked('It does not say whom: write a login, or `all`.'));
  const here = student ? await store.shipments(organisation, { repository }) : [];
  const names = [
    ...new Set(student ? here.map(({ shipment }) => shipment.challenge) : found.challenges.map(({ name }) => name)),
  ];
  const challenge = wanted.challenge ?? (names.length === 1 ? names[0] : undefined);
  if (challenge === undefined) return answer(describeUnasked('It does not say about which challenge.'));
  const meant = {
    challenge,
    occasion: `comment/${comment.id}`,
    ...(wanted.kind === undefined ? {} : { kind: wanted.kind }),
    ...(wanted.all ? {} : { owners: [owner!] }),
  };
  const asked = await askByHand(store, found, meant, clock.now());
  await answer('problem' in asked ? describeUnasked(asked.problem) : describeRequested(asked));
}
