// The service: /health, /predict, /metadata and /metrics, on 127.0.0.1:$PORT. It is up before there is a model, and says so.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { faultOf, predict } from './model.mjs';
import { readTask } from './task.mjs';

const LARGEST_BODY = 5_000_000;
const NO_MODEL = 'no model yet: no release has arrived';
const load = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
const task = readTask() ?? {};
const loaded = load('models/model.json');
const model = loaded && loaded.kind !== 'none' ? loaded : undefined;
const metadata = load('models/metadata.json') ?? {};
const counts = new Map();

function answer(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return [422, { detail: 'the body is not JSON' }];
  }
  if (!Array.isArray(body?.instances) || body.instances.length === 0) return [422, { detail: 'instances must be a list of at least one row' }];
  if (!model) return [503, { detail: NO_MODEL }];
  const problems = body.instances.flatMap((row, index) => {
    const fault = faultOf(model, row, task);
    return fault === undefined ? [] : [`instances[${index}] ${fault}`];
  });
  if (problems.length > 0) return [422, { detail: problems }];
  const { model_version, api_version } = metadata;
  return [200, { request_id: body.request_id ?? null, predictions: predict(model, body.instances, task, task.shares === true), api_version, model_version }];
}

const metrics = () =>
  ['# HELP requests_total Requests answered, by path and status.', '# TYPE requests_total counter']
    .concat([...counts].map(([key, count]) => `requests_total{${key}} ${count}`))
    .join('\n') + '\n';

// Whose service this is, to whoever asks with a nonce.
const identity = ({ 'practicum-nonce': nonce }) => (nonce === undefined ? {} : { nonce, repository: process.env.PRACTICUM_REPOSITORY ?? null });

function route(method, path, text, headers) {
  if (method === 'GET' && path === '/health') return [200, { status: model ? 'ok' : NO_MODEL }];
  if (method === 'GET' && path === '/metadata') return [200, { ...metadata, ...identity(headers) }];
  if (method === 'GET' && path === '/metrics') return [200, metrics()];
  if (method === 'POST' && path === '/predict') return answer(text);
  return [404, { detail: 'not found' }];
}

const KNOWN = new Set(['/health', '/metadata', '/metrics', '/predict']);

createServer(async (request, response) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  const path = new URL(request.url, 'http://localhost').pathname;
  const [status, body] =
    size > LARGEST_BODY ? [413, { detail: 'the body is too large' }] : route(request.method, path, Buffer.concat(chunks).toString('utf8'), request.headers);
  const key = `path="${KNOWN.has(path) ? path : 'other'}",status="${status}"`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain; version=0.0.4' : 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}).listen(Number(process.env.PORT ?? 8000), '127.0.0.1');
