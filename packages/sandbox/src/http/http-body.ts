// Bodies in and out of HTTP: read and parse a request's, settle and write an answer's.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, refused } from '../world/errors.ts';
import type { FaultRule } from './faults.ts';
import { etagOf, type Reply } from './reply.ts';
import type { Body } from './context.ts';

const largestBody = 100 * 1024 * 1024;

export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > largestBody) {
        reject(new Refusal(413, 'Payload too large'));
        request.removeAllListeners('data').resume();
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

export function parseBody(raw: Buffer): Body {
  if (raw.length === 0) return {};
  try {
    const value: unknown = JSON.parse(raw.toString());
    if (typeof value === 'object' && value !== null) return value as Body;
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal(400, 'Problems parsing JSON');
}

export function operationOf(path: string, raw: Buffer): string | undefined {
  if (path !== '/graphql') return undefined;
  const found =
    /"operationName"\s*:\s*"(\w+)"/.exec(raw.toString()) ??
    /(?:mutation|query)[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(raw.toString());
  return found?.[1];
}

export function faultReply(fault: FaultRule, status: number): Reply {
  const { body = { message: `Fault ${status}` }, headers = {} } = fault;
  return typeof body === 'string' ? { status, bytes: Buffer.from(body), headers } : { status, body, headers };
}

export function refusalReply(error: unknown): Reply {
  if (!(error instanceof Refusal)) return refusalReply(refused('server-error'));
  const { status, message, errors, headers } = error;
  return {
    status,
    headers,
    body: {
      message,
      ...(errors ? { errors } : {}),
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    },
  };
}

/** JSON becomes bytes, and a GET whose ETag the client already has becomes 304. */
export function settle(reply: Reply, request: IncomingMessage): Reply {
  if (reply.stream) return reply;
  const headers: Record<string, string> = { ...reply.headers };
  const content = bytesOf(reply, headers);
  if (reply.status !== 200 || (request.method !== 'GET' && request.method !== 'HEAD'))
    return { ...reply, headers, bytes: content };
  headers.etag ??= etagOf(content);
  headers['cache-control'] ??= 'private, max-age=60, s-maxage=60';
  const known = request.headers['if-none-match']?.split(/,\s*/).includes(headers.etag) === true;
  return known ? { status: 304, headers } : { ...reply, headers, bytes: content };
}

function bytesOf(reply: Reply, headers: Record<string, string>): Buffer {
  if (reply.bytes) return reply.bytes;
  if (reply.body === undefined) return Buffer.alloc(0);
  headers['content-type'] ??= 'application/json; charset=utf-8';
  return Buffer.from(JSON.stringify(reply.body));
}

export function send(
  response: ServerResponse,
  reply: Reply,
  request?: IncomingMessage,
): { status: number; headers: Record<string, string> } {
  const { status } = reply;
  const headers: Record<string, string> = {
    'x-github-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    ...reply.headers,
  };
  if (reply.stream) {
    response.writeHead(status, headers);
    reply.stream.pipe(response);
    return { status, headers };
  }
  const content = bytesOf(reply, headers);
  const empty = status === 304 || status === 204;
  if (!empty) headers['content-length'] = String(content.length);
  response.writeHead(status, headers);
  response.end(empty || request?.method === 'HEAD' ? undefined : content);
  return { status, headers };
}
