// The door for runs of the placement workflow: an identity token comes in, a token that reads one repository goes out.
import type { Hono } from 'hono';
import type { CheckoutAnswer } from '../flows/placement/give-checkout-token.ts';

export function checkoutRoute(app: Hono, give: (identity: string | undefined) => Promise<CheckoutAnswer>): void {
  app.post('/api/checkout-token', async (c) => {
    c.header('cache-control', 'no-store');
    const [, identity] = /^Bearer ([\w.-]{1,8000})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const answer = await give(identity);
    return 'token' in answer ? c.text(answer.token) : c.text(`${answer.refused}\n`, 403);
  });
}
