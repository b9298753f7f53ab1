// Registering the App by its manifest: what GitHub is asked for, and the keys that it gives for the code.
import { request } from '@octokit/request';
import { apiVersion, inTime } from './ask.ts';
import { coded } from './error.ts';

export type Registered = {
  APP_ID: string;
  PRIVATE_KEY: string;
  WEBHOOK_SECRET: string;
  CLIENT_ID: string;
  CLIENT_SECRET: string;
};

/** The code is good once, for an hour. Throws coded errors; `not-found` where GitHub does not know the code. */
export async function exchangeManifestCode(apiUrl: string, code: string): Promise<{ page: string; keys: Registered }> {
  try {
    const { data } = await request('POST /app-manifests/{code}/conversions', {
      baseUrl: apiUrl,
      code,
      headers: { 'x-github-api-version': apiVersion },
      request: { fetch: inTime() },
    });
    return {
      page: data.html_url,
      keys: {
        APP_ID: String(data.id),
        PRIVATE_KEY: data.pem,
        WEBHOOK_SECRET: data.webhook_secret ?? '',
        CLIENT_ID: data.client_id,
        CLIENT_SECRET: data.client_secret,
      },
    };
  } catch (cause) {
    throw coded(cause);
  }
}
