// The check run practicum/endpoint: does the service keep its contract, and how fast.
import { inline } from './escape-text.ts';
import type { Outcome } from './outcome.ts';
import type { Written } from './write-pipeline-check.ts';

/** Undefined when no service was checked. */
export function writeEndpointCheck({
  endpoint,
  endpointNotes,
}: Outcome): (Written & { conclusion: 'success' | 'failure' }) | undefined {
  if (!endpoint) return undefined;
  const where = endpoint.level === 'job' ? 'started inside the job' : 'at its address';
  const rows = [
    ['ready after', endpoint.ready_ms, 'ms'],
    ['p50', endpoint.p50_ms, 'ms'],
    ['p95', endpoint.p95_ms, 'ms'],
    ['p99', endpoint.p99_ms, 'ms'],
    ['throughput', endpoint.per_second, 'requests a second'],
  ] as const;
  const table = `| measured ${where} | |\n| --- | ---: |\n${rows.map(([name, value, unit]) => `| ${name} | ${value === null ? '—' : `${Math.round(value * 10) / 10} ${unit}`} |`).join('\n')}\n| requests | ${endpoint.requests}, ${endpoint.failed} failed |\n| versions | API ${inline(endpoint.api_version ?? '—')}, model ${inline(endpoint.model_version ?? '—')} |`;
  const notes = endpointNotes.map((note) => `- ${inline(note)}`).join('\n');
  const title = endpoint.ok
    ? `The service works${endpoint.p95_ms === null ? '' : `, p95 ${Math.round(endpoint.p95_ms)} ms`}`
    : `The service has ${endpoint.problems.length} ${endpoint.problems.length === 1 ? 'problem' : 'problems'}: ${endpoint.problems.slice(0, 3).join(', ')}`;
  return {
    conclusion: endpoint.ok ? 'success' : 'failure',
    title,
    summary: [notes, table].filter(Boolean).join('\n\n'),
    text: '',
    annotations: [],
  };
}
