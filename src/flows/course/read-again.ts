// A version of the course that GitHub's own state refused, or a login that was nobody's: read again when that state may have changed.
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { syncJob } from '../jobs/queue-jobs.ts';

/** Problems that are not in the files: they end without a push to the course repository. */
const onGitHub: ReadonlySet<ProblemCode> = new Set([
  'team-missing',
  'repository-taken',
  'template-missing',
  'template-not-marked',
  'template-empty',
]);

export async function readAgain({ store, clock }: FlowPorts, organisation: string): Promise<void> {
  const record = await store.course(organisation);
  if (record?.refused?.problems.some(({ code }) => onGitHub.has(code)))
    await store.enqueue([syncJob(organisation, clock.now())]);
}
