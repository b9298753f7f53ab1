// Pipelines submitted and looked up over HTTP: by a run with its identity token, or by a person with a token of GitHub.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { exportLive } from '../../domain/placement/results/export-results.ts';
import { inTurn } from '../../domain/placement/live/shares.ts';
import { isWaiting } from '../../domain/placement/live/state.ts';
import { demand } from '../../domain/text/validate-yaml.ts';
import { isMapping } from '../../domain/text/value-at.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { identifySubmitter, type Refused, type Submitter } from './identify-submitter.ts';
import { placedChallenge, submitJob } from './place-pipeline.ts';

type FieldFault = { field: string; message: string };
export type HttpAnswer =
  | { status: 200 | 202; body: object }
  | Refused
  | { status: 404 | 422; code: string; message: string; fields?: FieldFault[] };

const bodySchema = z.strictObject({
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'must be the 40 digits of a commit')
    .optional(),
  repository: z
    .string()
    .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name')
    .optional(),
});
type Body = z.output<typeof bodySchema>;

export type PipelinesByHttp = {
  submit: (identity: string | undefined, body: string) => Promise<HttpAnswer>;
  /** `repository` as owner/name, for a token that names none. */
  status: (identity: string | undefined, id: string, repository?: string) => Promise<HttpAnswer>;
};

export function pipelinesByHttp(ports: () => FlowPorts): PipelinesByHttp {
  return {
    submit: async (identity, body) => submitByHttp(ports(), identity, body),
    status: async (identity, id, repository) => statusByHttp(ports(), identity, id, repository),
  };
}

/** The commit goes into the queue. The same token again is the same submission; at a desk, within the minute. */
async function submitByHttp(ports: FlowPorts, identity: string | undefined, text: string): Promise<HttpAnswer> {
  const { body, faults, repository: named } = readBody(text);
  const known = await identifySubmitter(ports, identity, named);
  // Whose it is cannot be told from a body that cannot be read: what is wrong with it comes first.
  if ('status' in known) return known.code === 'no-repository' && faults.length > 0 ? refuseFields(faults) : known;
  const { found, organisation, repository, run } = known;
  const commit = run?.sha ?? body?.commit;
  faults.push(...(await findFaults(ports, known, body)));
  if (faults.length > 0 || commit === undefined) return refuseFields(faults);
  if (!placedChallenge(found, repository)) {
    const message = 'the challenge of this repository does not have its pipelines placed';
    return { status: 403, code: 'not-placed', message };
  }
  const asked = `h${createHash('sha256').update(known.once).digest('hex').slice(0, 10)}`;
  const branch = run?.ref ?? 'default';
  await ports.store.enqueue([submitJob({ organisation, repository, commit, asked, branch }, ports.clock.now())]);
  const id = `${repository}-${commit.slice(0, 10)}-${asked}`;
  return { status: 202, body: { id, repository, commit, state: 'SUBMITTED' } };
}

function refuseFields(fields: FieldFault[]): HttpAnswer {
  return { status: 422, code: 'invalid', message: 'some fields cannot be used', fields };
}

/** How a pipeline of the same repository stands, in the published fields. */
async function statusByHttp(
  ports: FlowPorts,
  identity: string | undefined,
  id: string,
  named: string | undefined,
): Promise<HttpAnswer> {
  const known = await identifySubmitter(ports, identity, named);
  if ('status' in known) return known;
  const { organisation, repository } = known;
  const submission = await ports.store.placements.submission(organisation, id);
  const queue = await ports.store.placements.queue(organisation);
  const entry = queue?.pipelines.find((pipeline) => pipeline.id === id);
  // One's own alone: of others not even whether they are there.
  if (!queue || !entry || submission?.repository.toLowerCase() !== repository.toLowerCase()) {
    const message = 'no pipeline of that id was submitted from this repository; one just submitted may take a moment';
    return { status: 404, code: 'not-found', message };
  }
  const [shown] = exportLive({ ...queue, pipelines: [entry] });
  const now = ports.clock.now().getTime() / 1000;
  const place = inTurn(queue, queue.pipelines.filter(isWaiting), now).indexOf(entry);
  const position = place === -1 ? null : place + 1;
  return { status: 200, body: { ...shown, status: entry.status, position, reason: entry.reason ?? null } };
}

/** The body, or what is wrong with it, by field; and the repository that it names, whatever else is wrong. */
function readBody(text: string): { body?: Body; faults: FieldFault[]; repository?: string | undefined } {
  let value: unknown = {};
  try {
    if (text.trim() !== '') value = JSON.parse(text);
  } catch {
    return { faults: [{ field: '', message: 'the body is not JSON' }] };
  }
  const read = bodySchema.safeParse(value);
  if (read.success) return { body: read.data, faults: [], repository: read.data.repository };
  const known = Object.keys(bodySchema.shape)
    .map((field) => `\`${field}\``)
    .join(' and ');
  const faults = read.error.issues.flatMap((issue) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined;
    if (unknown)
      return unknown.map((field) => ({ field, message: `there is no such field; ${known} are the only ones` }));
    return [{ field: issue.path.join('.'), message: demand(issue) }];
  });
  const named = bodySchema.shape.repository.safeParse(isMapping(value) ? value['repository'] : undefined);
  return { faults, repository: named.data };
}

/** A run proves its own commit and no other; at a desk the commit has to be on GitHub. An empty body means the commit of the run. */
async function findFaults(ports: FlowPorts, known: Submitter, body: Body | undefined): Promise<FieldFault[]> {
  if (!body) return [];
  const { found, repository, run } = known;
  const { commit } = body;
  if (run) {
    const faults: FieldFault[] = [];
    if (commit !== undefined && commit !== run.sha)
      faults.push({ field: 'commit', message: `must be the commit of the run, ${run.sha}: the token proves no other` });
    const own = `${found.record.login}/${repository}`;
    if (body.repository !== undefined && body.repository.toLowerCase() !== own.toLowerCase())
      faults.push({ field: 'repository', message: `must be the repository of the run, ${own}` });
    return faults;
  }
  if (commit === undefined) return [{ field: 'commit', message: 'say which commit: this token is of no run' }];
  if (await ports.github(found.record).placements.commitOf(repository, commit)) return [];
  return [{ field: 'commit', message: 'there is no such commit on GitHub: push it first' }];
}
