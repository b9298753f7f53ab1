// The administration over HTTP, below /_sandbox: clock, faults, idle, deliveries, and every function of admin.ts.
import type { ServerResponse } from 'node:http';
import type { Admin } from './admin.ts';
import { isMovable } from '../world/clock.ts';
import { notFound, Refusal } from '../world/errors.ts';
import type { FaultRule, Faults } from '../http/faults.ts';
import { refusals } from '../refusals/table.ts';
import { json, noContent, ok, type Reply } from '../http/reply.ts';
import type { Body } from '../http/context.ts';
import type { World } from '../world/world.ts';

export type IdleView = { idle: boolean; pendingDeliveries: number; running: number; sequence: number };

export type AdminContext = {
  world: World;
  admin: Admin;
  faults: Faults;
  idle: () => IdleView;
  unknownRoutes: string[];
};

/** Answers one request, or undefined where the answer is a stream that was begun on `response`. */
export async function answerAdmin(
  context: AdminContext,
  method: string,
  path: string,
  body: Body,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const { world, faults } = context;
  const [area = '', name = ''] = path.split('/').slice(2);
  if (area === 'clock' && name === 'stream') return streamClock(world, response);
  if (area === 'clock') return clock(world, method, body);
  if (area === 'idle') return ok(context.idle());
  if (area === 'unknown-routes') return ok(context.unknownRoutes);
  if (area === 'refusals') return ok(refusals);
  if (area === 'deliveries') return ok(world.state.store.deliveries);
  if (area === 'faults') {
    if (method === 'GET') return ok(faults.list());
    if (method === 'DELETE') {
      faults.clear();
      return noContent();
    }
    return json(201, { id: faults.add(body as FaultRule) });
  }
  if (area === 'admin' && method === 'POST' && Object.hasOwn(context.admin, name)) {
    const call = context.admin[name as keyof Admin] as (input: Body) => unknown;
    try {
      return ok(await call(body));
    } catch (error) {
      throw new Refusal(422, error instanceof Error ? error.message : String(error));
    }
  }
  throw notFound();
}

function clock(world: World, method: string, body: Body): Reply {
  if (method === 'POST') {
    if (!isMovable(world.clock)) throw new Refusal(409, 'This sandbox runs on real time');
    const wanted = new Date(body.now);
    if (Number.isNaN(wanted.getTime())) throw new Refusal(422, 'now is not a time');
    world.clock.set(wanted);
  }
  return ok({ now: world.clock.now().toISOString() });
}

function streamClock(world: World, response: ServerResponse): undefined {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const push = (now: Date) => response.write(`data: ${JSON.stringify({ now: now.toISOString() })}\n\n`);
  push(world.clock.now());
  const stop = world.clock.onChange(push);
  response.on('close', stop);
  return undefined;
}
