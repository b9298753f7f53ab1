// Pipelines submitted and looked up by a run in a student's repository, with its identity token as the proof of where it runs.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { exportLive } from '../../domain/placement/results/export-results.ts';
import { inTurn } from '../../domain/placement/live/shares.ts';
import { isWaiting } from '../../domain/placement/live/state.ts';
import type { Outside } from '../../ports/outside.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { placedChallenge, submitJob } from './place-pipeline.ts';

type FieldFault = { field: string; message: string };
export type HttpAnswer =
  | { status: 200 | 202; body: object }
  | { status: 401 | 403 | 404 | 422; code: string; message: string; fields?: FieldFault[] };

/** By which clocks may differ. */
const leewaySeconds = 60;

/** Runs of these events are of a commit of the repository itself: nobody else's code comes in with them. */
const events = ['push', 'workflow_dispatch', 'schedule'];

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  jti: z.string().min(1),
  repository: z.string(),
  repository_id: z.union([z.string(), z.number()]).transform(String),
  repository_owner_id: z.union([z.string(), z.number()]).transform(String),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  ref: z.string().optional(),
  event_name: z.string(),
});
type Claims = z.output<typeof claimsSchema>;

const bodySchema = z.strictObject({
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be the 40 digits of a commit')
    .optional(),
});

const pipelinesAddress = (app: string): string => `${app}/api/pipelines`;

export type PipelinesByHttp = {
  submit: (identity: string | undefined, body: string) => Promise<HttpAnswer>;
  status: (identity: string | undefined, id: string) => Promise<HttpAnswer>;
};

export function pipelinesByHttp(outside: () => Outside): PipelinesByHttp {
  return {
    submit: async (identity, body) => submitByHttp(outside(), identity, body),
    status: async (identity, id) => statusByHttp(outside(), identity, id),
  };
}

type Known = { claims: Claims; found: InForce; organisation: string; repository: string };

/** The commit of the run goes into the queue. The same token again is the same submission. */
async function submitByHttp(outside: Outside, identity: string | undefined, text: string): Promise<HttpAnswer> {
  const known = await identify(outside, identity);
  if ('status' in known) return known;
  const { claims, found, organisation, repository } = known;
  const faults = findFaults(text, claims);
  if (faults.length > 0) return { status: 422, code: 'invalid', message: 'some fields cannot be used', fields: faults };
  if (!placedChallenge(found, repository)) {
    const message = 'the challenge of this repository does not have its pipelines placed';
    return { status: 403, code: 'not-placed', message };
  }
  const asked = `h${createHash('sha256').update(claims.jti).digest('hex').slice(0, 10)}`;
  const branch = claims.ref ?? 'default';
  await outside.store.enqueue([
    submitJob({ organisation, repository, commit: claims.sha, asked, branch }, outside.clock.now()),
  ]);
  const id = `${repository}-${claims.sha.slice(0, 10)}-${asked}`;
  return { status: 202, body: { id, repository, commit: claims.sha, state: 'SUBMITTED' } };
}

/** How a pipeline of the same repository stands, in the published fields. */
async function statusByHttp(outside: Outside, identity: string | undefined, id: string): Promise<HttpAnswer> {
  const known = await identify(outside, identity);
  if ('status' in known) return known;
  const { organisation, repository } = known;
  const submission = await outside.store.placements.submission(organisation, id);
  const queue = await outside.store.placements.queue(organisation);
  const entry = queue?.pipelines.find((one) => one.id === id);
  // One's own alone: of others not even whether they are there.
  if (!queue || !entry || submission?.repository.toLowerCase() !== repository.toLowerCase()) {
    const message = 'no pipeline of that id was submitted from this repository; one just submitted may take a moment';
    return { status: 404, code: 'not-found', message };
  }
  const [shown] = exportLive({ ...queue, pipelines: [entry] });
  const now = outside.clock.now().getTime() / 1000;
  const place = inTurn(queue, queue.pipelines.filter(isWaiting), now).indexOf(entry);
  const position = place === -1 ? null : place + 1;
  return { status: 200, body: { ...shown, status: entry.status, position, reason: entry.reason ?? null } };
}

async function identify(outside: Outside, identity: string | undefined): Promise<Known | HttpAnswer> {
  if (identity === undefined) {
    const message = 'send the identity token of the run: Authorization: Bearer TOKEN, with id-token: write in the job';
    return { status: 401, code: 'no-token', message };
  }
  const read = await outside.readIdentity(identity, leewaySeconds);
  if (!('payload' in read)) return { status: 401, code: read.code, message: read.reason };
  const checked = claimsSchema.safeParse(read.payload);
  if (!checked.success) return { status: 401, code: 'claims-incomplete', message: 'the token lacks claims of a run' };
  const claims = checked.data;
  const audience = pipelinesAddress(outside.appUrl);
  if (!read.issuers.includes(claims.iss))
    return { status: 401, code: 'wrong-issuer', message: 'the token was not issued by GitHub Actions' };
  if (claims.aud !== audience)
    return { status: 401, code: 'wrong-audience', message: `the token must be made for the audience ${audience}` };
  const stranger: HttpAnswer = {
    status: 403,
    code: 'wrong-repository',
    message: 'the token does not belong to a student repository of a course here',
  };
  const [login = '', name = ''] = claims.repository.split('/');
  const found = await inForce(outside.store, login);
  const student = await outside.store.studentRepository(login, name);
  if (!found || student?.repositoryId === undefined) return stranger;
  const own = String(student.repositoryId) === claims.repository_id;
  if (!own || String(found.record.organisationId) !== claims.repository_owner_id) return stranger;
  if (!events.includes(claims.event_name)) {
    const message = `runs of the event ${claims.event_name.slice(0, 50)} cannot submit; use one of ${events.join(', ')}`;
    return { status: 403, code: 'wrong-event', message };
  }
  return { claims, found, organisation: found.record.login, repository: student.name };
}

/** What is wrong with the body, by field; an empty body means the commit of the run. */
function findFaults(text: string, { sha }: Claims): FieldFault[] {
  let value: unknown = {};
  try {
    if (text.trim() !== '') value = JSON.parse(text);
  } catch {
    return [{ field: '', message: 'the body is not JSON' }];
  }
  const body = bodySchema.safeParse(value);
  if (!body.success)
    return body.error.issues.flatMap((issue) => {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined;
      if (unknown)
        return unknown.map((field) => ({ field, message: 'there is no such field; `commit` is the only one' }));
      return [{ field: issue.path.join('.'), message: issue.message }];
    });
  const { commit } = body.data;
  if (commit === undefined || commit === sha) return [];
  return [{ field: 'commit', message: `must be the commit of the run, ${sha}: the token proves no other` }];
}
