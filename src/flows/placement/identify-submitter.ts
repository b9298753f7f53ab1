// Who submits a pipeline over HTTP, and of which repository: told by the token, never by the request alone.
import { z } from 'zod';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce, type InForce } from '../course/in-force.ts';

export type Refused = { status: 401 | 403; code: string; message: string };

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

const pipelinesAddress = (app: string): string => `${app}/api/pipelines`;

export type Submitter = {
  found: InForce;
  organisation: string;
  repository: string;
  /** The run that shows the token; absent at a desk. */
  run?: { sha: string; ref: string | undefined };
  /** The same text again is the same submission. */
  once: string;
};

const stranger: Refused = {
  status: 403,
  code: 'wrong-repository',
  message: 'the token does not belong to a student repository of a course here',
};

export async function identifySubmitter(
  ports: FlowPorts,
  token: string | undefined,
  named: string | undefined,
): Promise<Submitter | Refused> {
  if (token === undefined) {
    const message =
      'send Authorization: Bearer TOKEN: in a job its identity token (id-token: write), at a desk what gh auth token prints';
    return { status: 401, code: 'no-token', message };
  }
  // An identity token has three parts, a token of GitHub one.
  return token.includes('.') ? identifyRun(ports, token) : identifyPerson(ports, token, named);
}

async function identifyRun(ports: FlowPorts, token: string): Promise<Submitter | Refused> {
  const read = await ports.readIdentity(token, leewaySeconds);
  if (!('payload' in read)) return { status: 401, code: read.code, message: read.reason };
  const checked = claimsSchema.safeParse(read.payload);
  if (!checked.success) return { status: 401, code: 'claims-incomplete', message: 'the token lacks claims of a run' };
  const claims = checked.data;
  const audience = pipelinesAddress(ports.appUrl);
  if (!read.issuers.includes(claims.iss))
    return { status: 401, code: 'wrong-issuer', message: 'the token was not issued by GitHub Actions' };
  if (claims.aud !== audience)
    return { status: 401, code: 'wrong-audience', message: `the token must be made for the audience ${audience}` };
  const ids = { repositoryId: claims.repository_id, ownerId: claims.repository_owner_id };
  const own = await findOwn(ports, claims.repository, ids);
  if (!own) return stranger;
  if (!events.includes(claims.event_name)) {
    const message = `runs of the event ${claims.event_name.slice(0, 50)} cannot submit; use one of ${events.join(', ')}`;
    return { status: 403, code: 'wrong-event', message };
  }
  return { ...own, run: { sha: claims.sha, ref: claims.ref }, once: claims.jti };
}

/** At a desk GitHub says whether the token's owner may push. What a job is given is no person's: it has an identity of its own. */
async function identifyPerson(
  ports: FlowPorts,
  token: string,
  named: string | undefined,
): Promise<Submitter | Refused> {
  if (token.startsWith('ghs_')) {
    const message = 'this is the token of a job: ask for an identity token, with id-token: write in the job';
    return { status: 401, code: 'job-token', message };
  }
  if (named === undefined) {
    const message = 'say which repository, as owner/name: this token is of no run';
    return { status: 403, code: 'no-repository', message };
  }
  // Nobody's token is tried on repositories that are not of a course here.
  if (!(await findOwn(ports, named, undefined))) return stranger;
  const access = await ports.readAccess(token, named);
  if (access === 'not-valid')
    return { status: 401, code: 'bad-token', message: 'GitHub does not know the token; try gh auth login' };
  const own = access === 'not-seen' ? undefined : await findOwn(ports, named, access);
  if (access === 'not-seen' || !own?.found || !access.mayPush) return stranger;
  return { ...own, once: `${token}/${Math.floor(ports.clock.now().getTime() / 60_000)}` };
}

type Ids = { repositoryId: string; ownerId: string };

/** The student repository of that name. Names may be taken over, ids not: where they are known, they have to be ours. */
async function findOwn(
  ports: FlowPorts,
  fullName: string,
  ids: Ids | undefined,
): Promise<Pick<Submitter, 'found' | 'organisation' | 'repository'> | undefined> {
  const [login = '', name = ''] = fullName.split('/');
  const found = await inForce(ports.store, login);
  const student = await ports.store.studentRepository(login, name);
  if (!found || student?.repositoryId === undefined) return undefined;
  const known = { found, organisation: found.record.login, repository: student.name };
  if (!ids) return known;
  const own = String(student.repositoryId) === ids.repositoryId;
  return own && String(found.record.organisationId) === ids.ownerId ? known : undefined;
}
