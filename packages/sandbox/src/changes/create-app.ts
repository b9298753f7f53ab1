// A new account, and a new App with the keys that GitHub would make for it.
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { stamp } from '../world/clock.ts';
import type { Account, App, Permissions } from '../world/records.ts';
import type { World } from '../world/world.ts';

type Shared = Pick<World, 'state' | 'clock'>;

export type NewApp = {
  slug: string;
  name: string;
  owner: string;
  id?: number;
  permissions: Permissions;
  events: string[];
  webhook?: { url: string; secret?: string };
  /** Where people may be sent back to after they signed in. */
  callbackUrls?: string[];
};

export function addAccount(world: Shared, fields: Pick<Account, 'login' | 'type'> & Partial<Account>): Account {
  const { store } = world.state;
  const key = fields.login.toLowerCase();
  if (store.logins[key] !== undefined) throw new Error(`the sandbox already has an account ${fields.login}`);
  const account: Account = {
    name: null,
    email: null,
    createdAt: stamp(world.clock.now()),
    ...fields,
    id: fields.id ?? world.state.nextId(),
  };
  store.accounts[account.id] = account;
  store.logins[key] = account.id;
  return account;
}

export type MadeApp = { appId: number; clientId: string; clientSecret: string; privateKey: string; slug: string };

export function createApp(world: Shared, input: NewApp): MadeApp {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const id = input.id ?? world.state.nextId();
  const app: App = {
    id,
    slug: input.slug,
    name: input.name,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    callbackUrls: input.callbackUrls ?? [],
    owner: ownerOf(world, input.owner),
    bot: addAccount(world, { login: `${input.slug}[bot]`, type: 'Bot' }).id,
    permissions: { metadata: 'read', ...input.permissions },
    events: input.events,
    webhook: {
      url: input.webhook?.url ?? null,
      secret: input.webhook?.secret ?? null,
      active: input.webhook !== undefined,
    },
    publicKey: createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: pem,
    createdAt: stamp(world.clock.now()),
  };
  world.state.store.apps[id] = app;
  return { appId: id, clientId: app.clientId, clientSecret: app.clientSecret!, privateKey: pem, slug: app.slug };
}

function ownerOf(world: Shared, login: string): number {
  const account = world.state.accountByLogin(login);
  if (!account) throw new Error(`the sandbox has no account ${login}`);
  return account.id;
}
