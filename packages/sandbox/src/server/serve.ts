// One HTTP request, from the socket to the answer: fault, route, save, send.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerAdmin, type AdminContext } from '../admin/admin-http.ts';
import { answer } from '../http/answer.ts';
import type { FaultRule } from '../http/faults.ts';
import { parseGitUrl, serveGit } from './git-http.ts';
import { faultReply, operationOf, parseBody, readBody, refusalReply, send } from '../http/http-body.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Reply } from '../http/reply.ts';
import type { Match, Router } from '../http/router.ts';
import type { Body } from '../http/context.ts';

/** A request and its answer, for whoever checks them against GitHub's description. */
export type Exchange = {
  method: string;
  /** The path below /api/v3, without the query. */
  path: string;
  /** As in the route table; undefined for an unknown route. */
  route: string | undefined;
  /** A page or file of the site, not a call of the API. */
  site: boolean;
  query: URLSearchParams;
  requestHeaders: IncomingMessage['headers'];
  requestBody: unknown;
  status: number;
  headers: Record<string, string>;
  body: unknown;
};

export type Service = AdminContext & {
  api: Router;
  site: Router;
  save: () => Promise<void>;
  exchanges: ReadonlySet<(exchange: Exchange) => void>;
  limits: RateLimits;
};

export async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/_sandbox/')) return await serveAdmin(service, url, request, response);
    const api = /^\/api\/(v3|graphql|uploads)(\/.*)?$/.exec(url.pathname);
    if (!api) return await serveSite(service, url, request, response);
    const prefix = api[1] === 'v3' ? '' : `/${api[1]}`;
    await serveApi(
      service,
      { url, path: byId(service, `${prefix}${api[2] ?? (prefix === '' ? '/' : '')}`), router: service.api },
      request,
      response,
    );
  } catch (error) {
    service.world.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
    if (!response.headersSent) send(response, refusalReply(error));
    else response.destroy();
  }
}

/** /repositories/ID/..., /teams/ID/... and /organizations/ID/team/ID/... are other spellings of the same. */
function byId({ world }: Service, path: string): string {
  const repository = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  const found = repository && world.state.repository(Number(repository[1]));
  if (found) return `/repos/${world.state.fullName(found)}${repository[2] ?? ''}`;
  const [, org, id, rest = ''] = /^(?:\/organizations\/(\d+)\/team|\/teams)\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const team = id === undefined ? undefined : world.state.store.teams[Number(id)];
  if (!team || team.org !== Number(org ?? team.org)) return path;
  return `/orgs/${world.state.account(team.org).login}/teams/${team.slug}${rest}`;
}

async function serveAdmin(
  service: Service,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const raw = await readBody(request);
  try {
    const reply = await answerAdmin(service, request.method ?? 'GET', url.pathname, parseBody(raw), response);
    if (!reply) return;
    await service.save();
    send(response, reply);
  } catch (error) {
    send(response, refusalReply(error));
  }
}

async function serveSite(
  service: Service,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const git = parseGitUrl(url);
  if (git) {
    const fault = service.faults.forRequest(request.method ?? 'GET', url.pathname, undefined);
    await holdUp(fault);
    if (fault?.dropBefore) return void request.socket.destroy();
    if (fault?.status !== undefined) return void send(response, faultReply(fault, fault.status));
    if (fault?.dropAfterDoing) dropAtEnd(request, response);
    return serveGit(service.world, git, request, response, service.save);
  }
  // The address to clone from, in a browser.
  const path = url.pathname.replace(/^(\/[^/]+\/[^/]+)\.git$/, '$1');
  return serveApi(service, { url, path, router: service.site }, request, response);
}

async function holdUp(fault: FaultRule | undefined): Promise<void> {
  if (fault?.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delay));
  await fault?.hold;
}

/** Lets everything be done, but the answer never leaves. */
function dropAtEnd(request: IncomingMessage, response: ServerResponse): void {
  response.write = () => true;
  response.end = () => {
    request.socket.destroy();
    return response;
  };
}

type Call = { url: URL; path: string; router: Router };

/** The match, the body, and the answer (or the fault in its place). */
async function decide(
  service: Service,
  request: IncomingMessage,
  { url, path, router }: Call,
  fault: FaultRule | undefined,
  rawBody: Buffer,
): Promise<{ reply: Reply; match: Match | undefined; body: Body }> {
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  let match: Match | undefined;
  let body: Body = {};
  try {
    match = router.find(method, path);
    // What browsers post to the site are forms.
    const isForm =
      router === service.site && request.headers['content-type']?.startsWith('application/x-www-form') === true;
    if (!path.startsWith('/uploads/'))
      body = isForm ? Object.fromEntries(new URLSearchParams(rawBody.toString())) : parseBody(rawBody);
  } catch (error) {
    return { reply: refusalReply(error), match, body };
  }
  if (fault?.status !== undefined) return { reply: faultReply(fault, fault.status), match, body };
  return {
    reply: await answer(service, request, { match, method, path, query: url.searchParams, rawBody, body }),
    match,
    body,
  };
}

/** GraphQL asks by POST, too. */
function onlyReads(method: string, path: string, body: Body): boolean {
  return method === 'GET' || (path === '/graphql' && /^\s*(query\b|\{)/.test(String(body['query'])));
}

async function serveApi(
  service: Service,
  { url, path, router }: Call,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  const rawBody = await readBody(request);
  const isJson = !path.startsWith('/uploads/');
  const fault = service.faults.forRequest(method, path, isJson ? operationOf(path, rawBody) : undefined);
  await holdUp(fault);
  if (fault?.dropBefore) return void request.socket.destroy();
  const { reply, match, body } = await decide(service, request, { url, path, router }, fault, rawBody);
  if (!onlyReads(method, path, body)) await service.save();
  if (fault?.dropAfterDoing) return void request.socket.destroy();
  const sent = send(response, reply, request);
  for (const listener of service.exchanges) {
    listener({
      method,
      path,
      route: match?.route.path,
      site: router === service.site,
      query: url.searchParams,
      requestHeaders: request.headers,
      requestBody: rawBody.length > 0 && isJson ? body : undefined,
      status: sent.status,
      headers: sent.headers,
      body: reply.body,
    });
  }
}
