// A run of the placement workflow asks for a token that reads its student's repository, with its identity token as the proof.
import { checkoutAddress, findCheckout, placeWorkflow } from '../../domain/placement/live/checkout-token.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { identifyRun } from './identify-run.ts';

export type CheckoutAnswer = { token: string } | { refused: string };

/** Nothing is given that this run's task does not need. */
export async function giveCheckoutToken(ports: FlowPorts, identity: string | undefined): Promise<CheckoutAnswer> {
  const wanted = { workflow: placeWorkflow, audience: checkoutAddress(ports.appUrl) };
  const identified = await identifyRun(ports, identity, wanted);
  if ('refused' in identified) return identified;
  const { organisation, found, run, jti, branch } = identified;
  const state = await ports.store.placements.queue(organisation);
  const checkout = findCheckout(state, run, { app: `${ports.appSlug}[bot]`, branch });
  if ('refused' in checkout) return checkout;
  const submission = await ports.store.placements.submission(organisation, checkout.pipeline);
  if (!submission) return { refused: 'the app waits for no such task' };
  // The same run may ask again when an answer was lost on its way; a token that another run has shown is worth nothing.
  if (!(await ports.store.useToken(jti, `checkout/${run.id}`))) return { refused: 'the token was used before' };
  const token = await ports.github(found.record).placements.checkoutToken(submission.repository);
  ports.log.info({ organisation, run: run.id, repository: submission.repository }, 'gave a checkout token');
  return { token };
}
