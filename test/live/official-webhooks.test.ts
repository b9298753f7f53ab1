// Every example that GitHub's own collection has of a webhook, delivered to the app and signed: acknowledged, and nothing is parked.
import { createHmac, randomUUID } from 'node:crypto';
import examples from '@octokit/webhooks-examples';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLive, type Live } from './start-live.ts';

type Example = { name: string; examples: Record<string, unknown>[] };
const official = examples as unknown as Example[];

let live: Live;
beforeAll(async () => {
  live = await startLive({ students: [] });
});
afterAll(() => live.stop());

async function deliver(event: string, payload: unknown): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = createHmac('sha256', live.settings['WEBHOOK_SECRET']!).update(body).digest('hex');
  const { status } = await fetch(`${live.url}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${signature}`,
    },
  });
  return status;
}

test('there are examples of everything that the app subscribes to', () => {
  const names = official.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'push',
      'pull_request',
      'issue_comment',
      'issues',
      'check_run',
      'workflow_run',
      'workflow_job',
    ]),
  );
});

test('each is acknowledged, and none parks', async () => {
  const refused: string[] = [];
  for (const { name, examples: payloads } of official) {
    for (const payload of payloads) {
      const status = await deliver(name, payload);
      if (status >= 300) refused.push(`${name}.${String(payload['action'])}: ${status}`);
    }
  }
  expect(refused).toEqual([]);
  await live.quiet();
  const { rows } = await live.database.pool.query(
    `select key, state, attempts, last_error from job where state = 'parked' or attempts > 0`,
  );
  expect(rows).toEqual([]);
});
