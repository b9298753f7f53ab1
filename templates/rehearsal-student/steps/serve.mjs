// The service: /health, /predict, /metadata and /metrics, on 127.0.0.1:$PORT.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { predict } from './model.mjs';

const LARGEST_BODY = 5_000_000;
const params = JSON.parse(readFileSync('params.json', 'utf8'));
const load = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
const model = load('models/model.json');
const metadata = load('models/metadata.json');
const counts = new Map();

function problemWith(instance, index) {
  if (typeof instance !== 'object' || instance === null) return `instances[${index}] is not an object`;
  const bad = model.features.filter((name) => typeof instance[name] !== 'number' || !Number.isFinite(instance[name]));
  return bad.length > 0 ? `instances[${index}] needs a number for ${bad.join(', ')}` : undefined;
}

function answer(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return [422, { detail: 'the body is not JSON' }];
  }
  if (!Array.isArray(body?.instances) || body.instances.length === 0) return [422, { detail: 'instances must be a list of at least one row' }];
  if (!model) return [503, { detail: 'there is no model yet: run the pipeline' }];
  const problems = body.instances.map(problemWith).filter(Boolean);
  if (problems.length > 0) return [422, { detail: problems }];
  return [
    200,
    {
      request_id: body.request_id ?? null,
      predictions: body.instances.map((instance) => predict(model, instance)),
      api_version: params.api_version,
      model_version: metadata.model_version,
    },
  ];
}

const metrics = () =>
  ['# HELP requests_total Requests answered, by path and status.', '# TYPE requests_total counter']
    .concat([...counts].map(([key, count]) => `requests_total{${key}} ${count}`))
    .join('\n') + '\n';

// Whose service this is, to whoever asks with a nonce.
const identity = ({ 'practicum-nonce': nonce }) => (nonce === undefined ? {} : { nonce, repository: process.env.PRACTICUM_REPOSITORY ?? metadata.repository ?? null });

function route(method, path, text, headers) {
  if (method === 'GET' && path === '/health') {
    return model ? [200, { status: 'ok' }] : [503, { status: 'no model yet: run the pipeline' }];
  }
  if (method === 'GET' && path === '/metadata') return metadata ? [200, { ...metadata, ...identity(headers) }] : [503, { detail: 'there is no model yet' }];
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
