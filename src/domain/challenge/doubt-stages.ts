// What is announced under `endpoint` and would hardly take place as it is meant: told before a term shows it.
import type { Report } from '../text/report-problems.ts';
import type { Path } from '../text/yaml-source.ts';
import type { EndpointRule } from './challenge.ts';

type Span = { starts: Date; ends: Date };
type Stage = { at: Date; path: Path };

/** Each student has a minute of their own within the hour from the announced moment. */
const stageMs = 3_600_000;

export function doubtStages(rule: EndpointRule, { starts, ends }: Span, report: Report): void {
  const outside = (path: Path, what: string): void =>
    report.warning(path, 'stage-outside', `${what} lies outside the time of the challenge, and counts for nothing`);
  const stages = [...stagesOf(rule.load?.at, 'load'), ...stagesOf(rule.badInputs?.at, 'bad_inputs')];
  for (const { at, path } of stages) if (at < starts || at >= ends) outside(path, 'this moment');
  const inOrder = stages.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  for (const [index, { at, path }] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before && at.getTime() - before.at.getTime() < stageMs) {
      const message = 'this stage begins within the hour of another one: both would be at work together';
      report.warning(path, 'stages-close', message, 'leave an hour between them');
    }
    if (rule.maintenance.some(({ from, to }) => at.getTime() < to.getTime() && at.getTime() + stageMs > from.getTime()))
      report.warning(path, 'stage-void', 'maintenance is announced for then: this stage counts for nothing');
  }
  for (const [index, { from, to }] of rule.maintenance.entries()) {
    if (to <= starts || from >= ends) outside(['endpoint', 'maintenance', index], 'this maintenance');
    else if (from <= starts && to >= ends) {
      const message = 'this maintenance is as long as the challenge: no probe counts';
      report.warning(['endpoint', 'maintenance', index], 'stage-void', message);
    }
  }
  const rates = rule.load?.ramp.map(({ rate }) => rate) ?? [];
  if (rates.some((rate, index) => index > 0 && rate < rates[index - 1]!))
    report.warning(['endpoint', 'load', 'ramp'], 'range-reversed', 'the rates of `ramp` go down');
}

function stagesOf(at: readonly Date[] = [], key: string): Stage[] {
  return at.map((date, index) => ({ at: date, path: ['endpoint', key, 'at', index] }));
}
