// Works on stored webhooks: each is handed to Probot, which routes it to the rows of the application.
import { pino } from 'pino';
import { Probot } from 'probot';
import { app, type InHand } from './app.ts';
import type { FlowPorts } from './ports/flow-ports.ts';

const inHand = new Map<string, InHand>();
let router: Promise<Probot> | undefined;
let count = 0;

/** Works on one stored webhook. What a row throws comes out as it is, for the worker to classify. */
export async function workDelivery(ports: FlowPorts, { guid }: { guid: string }): Promise<void> {
  const stored = await ports.store.delivery(guid);
  if (!stored) return;
  router ??= openRouter();
  const probot = await router;
  const delivery: InHand = { ports, receivedAt: stored.receivedAt };
  // The id is ours for this one piece of work: two databases in one process may know the same GUID.
  const id = `${guid}/${++count}`;
  inHand.set(id, delivery);
  try {
    const { event: name, payload } = stored;
    // GitHub signed it, so that it has the shape that GitHub's schema says.
    await probot.receive({ id, name, payload } as Parameters<Probot['receive']>[0]);
  } finally {
    inHand.delete(id);
  }
  if (delivery.failure !== undefined) throw delivery.failure;
}

/** Without the App's key: flows call GitHub by connections of their own, each with the permissions of its task and at our pace. */
async function openRouter(): Promise<Probot> {
  const probot = await new Probot({ githubToken: 'none', log: pino({ level: 'silent' }) }).ready();
  await probot.load(app(inHand));
  return probot;
}
