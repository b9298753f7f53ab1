// GitHub as the App sees it without an installation: its installations, and the webhooks that did not arrive.
import type { Hooks } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';

/** How many pages of deliveries a look back reads at most. */
const maxPages = 20;

export function hooks(octokit: Octokit): Hooks {
  return {
    async installations() {
      const found = await octokit.paginate(octokit.rest.apps.listInstallations, { per_page: 100 });
      return found.flatMap(({ id, account, suspended_at }) =>
        account && 'login' in account && !suspended_at
          ? [{ id, login: account.login, organisationId: account.id }]
          : [],
      );
    },
    async redeliverFailed(since) {
      const missing = await findMissing(octokit, since).catch((error: unknown) => {
        // Some servers have no such record.
        if (isNotFound(error)) return undefined;
        throw error;
      });
      for (const delivery_id of missing ?? []) await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id });
      return missing?.length;
    },
  };
}

async function findMissing(octokit: Octokit, since: Date): Promise<number[]> {
  const failed = new Map<string, number>();
  const arrived = new Set<string>();
  let page = 0;
  for await (const { data } of octokit.paginate.iterator(octokit.rest.apps.listWebhookDeliveries, { per_page: 100 })) {
    for (const { guid, id, status } of data) {
      if (status === 'OK') arrived.add(guid);
      else failed.set(guid, id);
    }
    const oldest = data.at(-1);
    if (++page >= maxPages || !oldest || new Date(oldest.delivered_at) < since) break;
  }
  return [...failed].flatMap(([guid, id]) => (arrived.has(guid) ? [] : [id]));
}
