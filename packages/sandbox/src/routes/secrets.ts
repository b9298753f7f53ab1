// Secrets of a repository for its workflows: written, sealed for the key that the sandbox gives out; never read.
import sodium from 'libsodium-wrappers';
import { actionsOf } from '../actions/records.ts';
import { stamp } from '../world/clock.ts';
import { notFound, unprocessable } from '../world/errors.ts';
import { json, noContent, ok, paginate, type Reply } from '../http/reply.ts';
import type { Ctx } from '../http/context.ts';
import type { Route } from '../http/route.ts';

type Kept = {
  /** By repository, in base64: pairs for sealed boxes. */
  keys: Record<number, { id: string; public: string; private: string }>;
  times: Record<string, { createdAt: string; updatedAt: string }>;
};

const keptIn = (ctx: Ctx): Kept => ctx.state.area<Kept>('secrets', () => ({ keys: {}, times: {} }));
const scopeOf = (ctx: Ctx): string => `repo:${ctx.repository.id}`;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function keyOf(ctx: Ctx): Promise<Kept['keys'][number]> {
  await sodium.ready;
  const { keys } = keptIn(ctx);
  const known = keys[ctx.repository.id];
  if (known) return known;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const key = { id: String(ctx.state.nextId()), public: base64(publicKey), private: base64(privateKey) };
  keys[ctx.repository.id] = key;
  return key;
}

async function write(ctx: Ctx): Promise<Reply> {
  const name = (ctx.params.secret_name ?? '').toUpperCase();
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name) || name.startsWith('GITHUB_'))
    throw unprocessable(
      'Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).',
    );
  const { encrypted_value, key_id } = ctx.body;
  const key = await keyOf(ctx);
  if (key_id !== key.id) throw unprocessable('Bad request - key_id is not the id of the current public key');
  const value = open(String(encrypted_value ?? ''), key);
  const secrets = (actionsOf(ctx.state).secrets[scopeOf(ctx)] ??= {});
  const isNew = secrets[name] === undefined;
  secrets[name] = value;
  const now = stamp(ctx.clock.now());
  const { times } = keptIn(ctx);
  const at = `${scopeOf(ctx)}/${name}`;
  times[at] = { createdAt: (isNew ? undefined : times[at]?.createdAt) ?? now, updatedAt: now };
  return isNew ? json(201, {}) : noContent();
}

function open(sealed: string, key: Kept['keys'][number]): string {
  const [box, publicKey, privateKey] = [sealed, key.public, key.private].map((text) => Buffer.from(text, 'base64'));
  try {
    return Buffer.from(sodium.crypto_box_seal_open(box!, publicKey!, privateKey!)).toString();
  } catch {
    throw unprocessable('Bad request - encrypted_value is not sealed for the current public key');
  }
}

function present(ctx: Ctx, name: string): Record<string, unknown> {
  const created = ctx.repository.createdAt;
  const { createdAt, updatedAt } = keptIn(ctx).times[`${scopeOf(ctx)}/${name}`] ?? {
    createdAt: created,
    updatedAt: created,
  };
  return { name, created_at: createdAt, updated_at: updatedAt };
}

const namesOf = (ctx: Ctx): string[] => Object.keys(actionsOf(ctx.state).secrets[scopeOf(ctx)] ?? {}).toSorted();

function nameOf(ctx: Ctx): string {
  const name = (ctx.params.secret_name ?? '').toUpperCase();
  if (!namesOf(ctx).includes(name)) throw notFound();
  return name;
}

const base = '/repos/{owner}/{repo}/actions/secrets';
const secret = `${base}/{secret_name}`;
const reading = { method: 'GET', permission: 'secrets:read' } as const;
const permission = 'secrets:write';
export const routes: Route[] = [
  {
    ...reading,
    path: base,
    handler: (ctx) =>
      paginate(
        ctx,
        namesOf(ctx),
        (name) => present(ctx, name),
        (secrets, total_count) => ({ total_count, secrets }),
      ),
  },
  {
    ...reading,
    path: `${base}/public-key`,
    handler: async (ctx) => {
      const { id, public: key } = await keyOf(ctx);
      return ok({ key_id: id, key });
    },
  },
  { ...reading, path: secret, handler: (ctx) => ok(present(ctx, nameOf(ctx))) },
  { method: 'PUT', path: secret, permission, handler: write },
  {
    method: 'DELETE',
    path: secret,
    permission,
    handler: (ctx) => {
      const name = nameOf(ctx);
      delete actionsOf(ctx.state).secrets[scopeOf(ctx)]?.[name];
      return noContent();
    },
  },
];
