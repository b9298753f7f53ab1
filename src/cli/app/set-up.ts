// The set-up of an app that has no settings yet: a page that registers it on GitHub and leaves the keys in `.env`.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, readPlaces } from '../../config.ts';
import { readYamlValue } from '../../domain/text/parse-yaml.ts';
import { Failure } from '../../domain/text/failure.ts';
import { exchangeManifestCode } from '../../github/client/register-app.ts';
import { within } from '../../life/within.ts';
import { canWriteEnvFile, writeEnvFile } from '../../life/write-env-file.ts';
import { startServer } from '../../web/server.ts';
import { setupRoutes } from '../../web/setup-routes.ts';
import { withEnvFile } from '../options/env-file.ts';
import type { Io } from '../options/command.ts';

const needed = ['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET'];
/** Whoever waits for the page has gone by then. */
const channelMs = 10_000;
/** For the answer to leave before the door closes. */
const goodbyeMs = 300;

/** Nothing of an App is set: whoever has begun to set it is told what is missing. */
export function isUnset({ env }: Pick<Io, 'env'>): boolean {
  return needed.every((name) => !env[name]);
}

/** Resolves with the environment as it is then, once the App is registered; undefined when `told` ends it before. */
export async function setUp(io: Io, told: Promise<void>): Promise<Io['env'] | undefined> {
  const places = readPlaces(io.env);
  await canWriteEnvFile(io.cwd).catch((error: Error) => {
    throw new ConfigError([`.env cannot be written in ${io.cwd}: ${error.message}`]);
  });
  let registered = (): void => undefined;
  const done = new Promise<'done'>((resolve) => {
    registered = () => void setTimeout(resolve, goodbyeMs, 'done');
  });
  const token = randomBytes(24).toString('base64url');
  const found: Record<string, string> = {};
  let base = '';
  const server = await startServer({
    secret: randomBytes(32).toString('hex'),
    host: places.host,
    port: places.port,
    accept: () => Promise.reject(new Failure('not-ready', 'the app is being set up')),
    pages: setupRoutes({
      token,
      webUrl: places.webUrl,
      log: (error) => io.err(`set-up: ${(error as Error).message}\n`),
      manifest: async ({ organisation, address }) => {
        const hook = address === undefined ? await channel(io) : `${address}/api/github/webhooks`;
        if (address === undefined) found['WEBHOOK_PROXY_URL'] = hook;
        else found['PRACTICUM_URL'] = address;
        return manifestFor({ organisation, hook, base, home: address ?? base, webUrl: places.webUrl });
      },
      finish: async (code) => {
        const { page, keys } = await exchangeManifestCode(places.apiUrl, code);
        const dashboardToken = io.env['PRACTICUM_DASHBOARD_TOKEN'] || randomBytes(32).toString('hex');
        await writeEnvFile(io.cwd, { ...found, ...keys, PRACTICUM_DASHBOARD_TOKEN: dashboardToken });
        registered();
        return { page, next: `${base}/setup?token=${dashboardToken}` };
      },
    }).fetch,
  });
  base = places.url ?? `http://${places.host}:${server.port}`;
  io.err(`Practicum has no settings yet. Set it up at ${base}/setup\n`);
  io.err(`From another machine, once: ${base}/setup?token=${token}\n`);
  const end = await Promise.race([done, told]);
  await server.close();
  return end === 'done' ? withEnvFile(io.exported ?? io.env, io.cwd) : undefined;
}

type Wanted = { organisation: string; hook: string; base: string; home: string; webUrl: string };

async function manifestFor({ organisation, hook, base, home, webUrl }: Wanted): Promise<object> {
  const file = join(import.meta.dirname, '../../../app.yml');
  const read = readYamlValue(await readFile(file, 'utf8'));
  if ('problems' in read) throw new Error(`app.yml cannot be read: ${read.problems[0]!.message}`);
  return {
    ...(read.value as object),
    // GitHub's own limit.
    name: `Practicum ${organisation}`.slice(0, 34).trim(),
    url: `${webUrl}/${organisation}`,
    hook_attributes: { url: hook, active: true },
    redirect_url: `${base}/setup/registered`,
    callback_urls: [`${home}/sign-in/callback`],
  };
}

/** The one that is set, or a new one. */
async function channel({ env }: Io): Promise<string> {
  const known = env['WEBHOOK_PROXY_URL'];
  if (known) return known;
  const { SmeeClient } = await import('smee-client');
  try {
    return await within(channelMs, 'making a channel', SmeeClient.createChannel());
  } catch (cause) {
    throw new Failure(
      'not-ready',
      'smee.io does not answer. Set WEBHOOK_PROXY_URL to a channel, or give the address at which GitHub reaches this app',
      { cause },
    );
  }
}
