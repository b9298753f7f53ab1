// Which run of the course's own workflows is asking: nothing is taken from an identity token that GitHub did not sign.
import { verifyClaims, type Claims } from '../../domain/report/oidc.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { PlacedRun } from '../../ports/placement.ts';
import { inForce, type InForce } from '../course/in-force.ts';

/** `jti`: of its token, which may be used up; `branch`: the default branch of the course repository. */
export type Identified = { organisation: string; found: InForce; run: PlacedRun; jti: string; branch: string };

/** By which clocks may differ. */
const leewaySeconds = 60;

export async function identifyRun(
  ports: FlowPorts,
  identity: string | undefined,
  { workflow, audience }: { workflow: string; audience: string },
): Promise<Identified | { refused: string }> {
  if (identity === undefined) return { refused: 'there is no identity token' };
  const read = await ports.readIdentity(identity, leewaySeconds);
  if (!('payload' in read)) return { refused: read.reason };
  const claims = read.payload as Partial<Claims>;
  const [organisation = '', name = ''] = String(claims.repository ?? '').split('/');
  const found = await inForce(ports.store, organisation);
  if (!found || name !== found.record.repository) return { refused: 'the token is not of a course repository' };
  const { placements, courseRepository } = ports.github(found.record);
  const run = await placements.run(name, Number(claims.run_id));
  if (!run) return { refused: 'there is no such run' };
  const judged = verifyClaims(claims, {
    issuers: read.issuers,
    audience,
    repositoryId: String(run.repositoryId),
    ownerId: String(found.record.organisationId),
    workflow: `${found.record.login}/${name}/.github/workflows/${workflow}`,
    workflowShas: [run.headSha],
    sha: run.headSha,
    runId: String(run.id),
    runAttempt: String(run.attempt),
    events: ['workflow_dispatch'],
    now: read.now,
    isUsed: () => false,
  });
  if (!judged.accepted) return { refused: judged.reason };
  const head = await courseRepository.head(name);
  return { organisation, found, run, jti: judged.jti, branch: head?.branch ?? '' };
}
