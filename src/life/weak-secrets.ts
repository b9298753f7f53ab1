// Secrets that can be guessed are refused before anything starts.
import type { Config } from '../config.ts';
import { bitsOf } from '../domain/text/secret-strength.ts';

/** What nobody tries out, ever. */
const leastBits = 128;
const advice = 'use what `openssl rand -hex 32` prints';

/** Sentences about secrets that are too weak. A GitHub on this machine itself is a sandbox: there is nothing to guard. */
export function weakSecrets(
  config: Pick<Config, 'webhookSecret' | 'dashboardToken' | 'metricsToken' | 'apiUrl'>,
): string[] {
  const { webhookSecret, dashboardToken, metricsToken, apiUrl } = config;
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(apiUrl).hostname)) return [];
  const sentences: string[] = [];
  if (bitsOf(webhookSecret) < leastBits)
    sentences.push(
      `WEBHOOK_SECRET is too weak: anyone who guesses it can send us webhooks; it needs ${leastBits} bits of entropy: ${advice}`,
    );
  // `open` is no secret but the wish to have none.
  if (dashboardToken !== undefined && dashboardToken !== 'open' && bitsOf(dashboardToken) < leastBits)
    sentences.push(
      `PRACTICUM_DASHBOARD_TOKEN is too weak: one student’s link is enough to test guesses; it needs ${leastBits} bits of entropy: ${advice}`,
    );
  if (metricsToken !== undefined && bitsOf(metricsToken) < leastBits)
    sentences.push(
      `PRACTICUM_METRICS_TOKEN is too weak: anyone may try to guess it; it needs ${leastBits} bits of entropy: ${advice}`,
    );
  return sentences;
}
