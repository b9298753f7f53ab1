// One signed POST to whoever hears of an event, over connections that are kept.
import { createHmac } from 'node:crypto';
import { Agent, request as plain, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import { text } from 'node:stream/consumers';

const agents = { http: new Agent({ keepAlive: true }), https: new SecureAgent({ keepAlive: true }) };

/** Resolves with the status of the answer, whatever it is; a redirection is an answer, too. */
export async function post(
  url: string,
  given: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<number> {
  const isSecure = new URL(url).protocol === 'https:';
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      method: 'POST',
      agent: isSecure ? agents.https : agents.http,
      headers: { ...given.headers, 'content-length': Buffer.byteLength(given.body) },
      signal: given.signal,
    };
    const sent = isSecure ? secure(url, options, resolve) : plain(url, options, resolve);
    sent.on('error', reject).end(given.body);
  });
  await text(response);
  return response.statusCode ?? 0;
}

/** As GitHub signs a body with the app's secret. */
export function signatures(secret: string | null, body: string): Record<string, string> {
  if (secret === null) return {};
  const sign = (algorithm: string): string =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  return { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') };
}
