// A run of the placement workflow asks for a token that reads its student's repository, with its identity token as the proof.
import { verifyClaims, type Claims } from '../../domain/report/oidc.ts';
import { checkoutAddress, findCheckout, placeWorkflow } from '../../domain/placement/live/checkout-token.ts';
import type { Outside } from '../../ports/outside.ts';
import { inForce } from '../course/in-force.ts';

export type CheckoutAnswer = { token: string } | { refused: string };

/** By which clocks may differ. */
const leewaySeconds = 60;

/** Nothing is taken from the token that GitHub did not sign, and nothing given that this run's task does not need. */
export async function giveCheckoutToken(outside: Outside, identity: string | undefined): Promise<CheckoutAnswer> {
  if (identity === undefined) return { refused: 'there is no identity token' };
  const read = await outside.readIdentity(identity, leewaySeconds);
  if (!('payload' in read)) return { refused: read.reason };
  const claims = read.payload as Partial<Claims>;
  const [owner = '', name = ''] = String(claims.repository ?? '').split('/');
  const found = await inForce(outside.store, owner);
  if (!found || name !== found.record.repository) return { refused: 'the token is not of a course repository' };
  const { placements } = outside.github(found.record);
  const run = await placements.run(name, Number(claims.run_id));
  if (!run) return { refused: 'there is no such run' };
  const judged = verifyClaims(claims, {
    issuers: read.issuers,
    audience: checkoutAddress(outside.appUrl),
    repositoryId: String(run.repositoryId),
    ownerId: String(found.record.organisationId),
    workflow: `${found.record.login}/${name}/.github/workflows/${placeWorkflow}`,
    workflowShas: [run.headSha],
    sha: run.headSha,
    runId: String(run.id),
    runAttempt: String(run.attempt),
    events: ['workflow_dispatch'],
    now: read.now,
    isUsed: () => false,
  });
  if (!judged.accepted) return { refused: judged.reason };
  const head = await outside.github(found.record).courseRepository.head(name);
  const state = await outside.store.placements.queue(owner);
  const checkout = findCheckout(state, run, { app: `${outside.appSlug}[bot]`, branch: head?.branch ?? '' });
  if ('refused' in checkout) return checkout;
  const submission = await outside.store.placements.submission(owner, checkout.pipeline);
  if (!submission) return { refused: 'the app waits for no such task' };
  // The same run may ask again when an answer was lost on its way; a token that another run has shown is worth nothing.
  if (!(await outside.store.useToken(judged.jti, `checkout/${run.id}`)))
    return { refused: 'the token was used before' };
  const token = await placements.checkoutToken(submission.repository);
  outside.log.info({ organisation: owner, run: run.id, repository: submission.repository }, 'gave a checkout token');
  return { token };
}
