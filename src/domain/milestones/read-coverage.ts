// Reads a coverage report: Cobertura XML (coverage.py's `xml`), coverage.py's JSON, or lcov.
import { scanXml } from './scan-xml.ts';

export type Coverage = { covered: number; lines: number; percent: number };

export function readCoverage(text: string): Coverage | { unreadable: string } {
  const start = text.trimStart();
  if (start.startsWith('{')) return readJson(text);
  if (start.startsWith('<') || start.startsWith('\uFEFF<')) return readCobertura(text);
  return readLcov(text);
}

/** Counts lines from the lines; only when a report has none, from its totals. */
function readCobertura(text: string): Coverage | { unreadable: string } {
  let totals: Record<string, string> | undefined;
  const hits = new Map<string, boolean>();
  let file = '';
  let inMethods = false;
  const events = scanXml(text);
  if ('unreadable' in events) return events;
  for (const event of events) {
    if (event.kind === 'text') continue;
    if (event.name === 'methods') inMethods = event.kind === 'open';
    if (event.kind !== 'open') continue;
    if (event.name === 'coverage') totals = event.attributes;
    if (event.name === 'class') file = event.attributes['filename'] ?? '';
    if (event.name === 'line' && !inMethods) {
      const key = `${file}:${event.attributes['number']}`;
      hits.set(key, (hits.get(key) ?? false) || Number(event.attributes['hits']) > 0);
    }
  }
  if (!totals) return { unreadable: 'not a coverage report: there is no <coverage> in it' };
  if (hits.size > 0) return summarise([...hits.values()].filter(Boolean).length, hits.size);
  return fromTotals(Number(totals['lines-covered']), Number(totals['lines-valid']));
}

function readJson(text: string): Coverage | { unreadable: string } {
  try {
    const { totals } = JSON.parse(text) as { totals?: { covered_lines?: unknown; num_statements?: unknown } };
    return fromTotals(Number(totals?.covered_lines), Number(totals?.num_statements));
  } catch {
    return { unreadable: 'the coverage report is not JSON' };
  }
}

function readLcov(text: string): Coverage | { unreadable: string } {
  const sum = (key: string): number =>
    [...text.matchAll(new RegExp(`^${key}:(\\d+)\\s*$`, 'gm'))].reduce((total, match) => total + Number(match[1]), 0);
  return /^LF:\d+\s*$/m.test(text) ? fromTotals(sum('LH'), sum('LF')) : { unreadable: 'not a coverage report' };
}

function fromTotals(covered: number, lines: number): Coverage | { unreadable: string } {
  if (covered === 0 && lines === 0) return nothingCounted;
  const valid = Number.isInteger(covered) && Number.isInteger(lines) && covered >= 0 && covered <= lines;
  return valid ? summarise(covered, lines) : { unreadable: 'the coverage report has no totals' };
}

/** As where the tests were run in another folder than the code. */
const nothingCounted = { unreadable: 'the coverage report counts no line of code' };

function summarise(covered: number, lines: number): Coverage {
  return { covered, lines, percent: Math.floor((1000 * covered) / lines) / 10 };
}
