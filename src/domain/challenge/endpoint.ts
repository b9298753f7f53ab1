// How services are probed and stressed: limits that keep probes from becoming load, curves, and stages.
import type { EndpointPart } from './schema.ts';
import type { EndpointRule, LatencyRule, Maintenance, StageRule } from './challenge.ts';
import { parseDuration } from '../time/calendar.ts';
import { readDate } from '../text/read-date.ts';
import type { Report } from '../text/report-problems.ts';
import { readAmount } from '../text/values.ts';
import type { Path } from '../text/yaml-source.ts';
import { positive } from './requests.ts';

export function readEndpoint(part: EndpointPart | undefined, zone: string, report: Report): EndpointRule | undefined {
  if (!part) return undefined;
  const every = positive(part.every, 'every', ['endpoint', 'every'], report);
  const wait = positive(part.wait, 'wait', ['endpoint', 'wait'], report);
  const window = positive(part.window, 'window', ['endpoint', 'window'], report);
  const availability = { pass: readAmount(part.availability.pass), full: readAmount(part.availability.full) };
  if (every > 0 && every < 30_000) {
    report.error(['endpoint', 'every'], 'probe-too-often', '`every` must be at least 30s: probes must not become load');
  }
  if (wait > 60_000) report.error(['endpoint', 'wait'], 'probe-too-slow', '`wait` must be at most 60s');
  else if (wait > every && every > 0)
    report.error(['endpoint', 'wait'], 'probe-too-slow', '`wait` must be shorter than `every`');
  if (window > 0 && window < every)
    report.error(['endpoint', 'window'], 'window-too-short', '`window` must be longer than `every`');
  if (availability.pass > availability.full) {
    report.error(['endpoint', 'availability', 'pass'], 'range-reversed', '`pass` must not be more than `full`');
  }
  return {
    every,
    wait,
    availability,
    window,
    ...(part.identity === 'required' ? { identity: part.identity } : {}),
    maintenance: readMaintenance(part, zone, report),
    perToken: positive(
      part.maintenance_per_token,
      'maintenance_per_token',
      ['endpoint', 'maintenance_per_token'],
      report,
    ),
    ...readStress(part, zone, report),
  };
}

function readMaintenance(part: EndpointPart, zone: string, report: Report): Maintenance[] {
  return (part.maintenance ?? []).flatMap((span, index) => {
    const at = ['endpoint', 'maintenance', index];
    const from = readDate(span.from, zone, [...at, 'from'], report);
    const to = readDate(span.to, zone, [...at, 'to'], report);
    if (!from || !to) return [];
    if (from >= to) report.error([...at, 'to'], 'range-reversed', '`to` must be after `from`');
    return [{ from, to, ...(span.reason === undefined ? {} : { reason: span.reason }) }];
  });
}

type Stress = Pick<EndpointRule, 'latency' | 'load' | 'badInputs'>;

function readStress({ latency, load, bad_inputs: bad }: EndpointPart, zone: string, report: Report): Stress {
  const stress: Stress = {};
  if (latency) stress.latency = readLatency(latency, report);
  if (load) {
    const each = positive(load.each, 'each', ['endpoint', 'load', 'each'], report);
    if (each > 60_000) report.error(['endpoint', 'load', 'each'], 'bad-value', '`each` must be a minute at most');
    const ramp = load.ramp.map((rate) => ({ rate, seconds: each / 1000 }));
    stress.load = { ...readStage(load, ['endpoint', 'load'], zone, report), ramp };
  }
  if (bad) stress.badInputs = readStage(bad, ['endpoint', 'bad_inputs'], zone, report);
  const shares = [stress.latency, stress.load, stress.badInputs].map((part) => part?.share ?? 0);
  if (shares.reduce((sum, share) => sum + share, 0) > 1)
    report.error(['endpoint'], 'bad-value', 'the shares of `latency`, `load` and `bad_inputs` are more than 100%');
  return stress;
}

function readStage(
  part: { at: string[]; share: string | number },
  path: Path,
  zone: string,
  report: Report,
): StageRule {
  const at = part.at.flatMap((text, index) => readDate(text, zone, [...path, 'at', index], report) ?? []);
  return { at, share: readAmount(part.share) };
}

function readLatency({ percentile, share, curve }: NonNullable<EndpointPart['latency']>, report: Report): LatencyRule {
  const points = curve.map(({ at, worth }) => ({ at: parseDuration(at) ?? 0, worth: readAmount(worth) }));
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    const path = ['endpoint', 'latency', 'curve', index];
    if (before && point.at <= before.at)
      report.error(path, 'range-reversed', 'points of `curve` must go from fast to slow');
    else if (before && point.worth > before.worth)
      report.error(path, 'range-reversed', 'a slower answer must not be worth more');
  }
  return { percentile, share: readAmount(share), curve: points };
}
