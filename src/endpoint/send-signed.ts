// One signed request to a student's service, from behind the guard.
import type { KeyObject } from 'node:crypto';
import type { GuardedFetch, GuardedInit } from './guarded-fetch.ts';
import { SIGNATURE_HEADER, signRequest } from './sign-request.ts';

export type SendTools = {
  fetch: GuardedFetch;
  now: () => Date;
  /** Signs every request when given. */
  key?: KeyObject;
};
/** `more`: further headers. */
export type Sent = {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  contentType?: string;
  timeoutMs: number;
  more?: Record<string, string>;
};

/** Ten rows are asked, and an answer is read in the process that everybody waits for: of this size in some milliseconds. */
const MAX_ANSWER_BYTES = 256 * 1024;

export async function sendSigned(
  base: string,
  { method, path, body = '', contentType = 'application/json', timeoutMs, more }: Sent,
  tools: SendTools,
): Promise<{ status: number; text: string }> {
  const url = `${base.replace(/\/+$/, '')}${path}`;
  const headers: Record<string, string> = { 'user-agent': 'practicum-probe', accept: 'application/json', ...more };
  if (method === 'POST') headers['content-type'] = contentType;
  // An address that cannot be parsed cannot be signed either; the fetch says why it is refused.
  if (tools.key && URL.canParse(url))
    headers[SIGNATURE_HEADER] = signRequest(tools.key, { method, url, body, at: tools.now() });
  const init: GuardedInit = { method, headers, timeoutMs, maxBytes: MAX_ANSWER_BYTES };
  const response = await tools.fetch(url, method === 'POST' ? { ...init, body } : init);
  return { status: response.status, text: (await response.bytes()).toString('utf8') };
}
