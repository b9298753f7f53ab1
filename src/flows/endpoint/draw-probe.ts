// Which rows a service is asked about: for probes, drills and stages alike.
import type { Challenge, EndpointRule } from '../../domain/challenge/challenge.ts';
import { permutation, seedOf } from '../../domain/dataset/sample.ts';
import { metricFor, typeRows, type TextRow } from '../../domain/request/request.ts';
import type { Row } from '../../domain/text/row.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { ProbeRequest, StoredEndpoint } from '../../ports/practice.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { InForce } from '../course/in-force.ts';

export type ProbeSite = {
  found: InForce;
  challenge: Challenge;
  rule: EndpointRule;
  student: StudentRepository;
  now: Date;
};

/** Rows of one probe; more are drawn, since rows with gaps are left to the pipeline. */
const asked = 10;
const drawn = 40;

/** Held-out rows where there are some; otherwise rows of the latest release, which say nothing about quality. */
export async function drawProbe(
  { store, slices, github }: FlowPorts,
  { found, challenge, rule, student, now }: ProbeSite,
  url: string,
  { shape = 'batch' }: StoredEndpoint,
): Promise<ProbeRequest | undefined> {
  const { record } = found;
  const { name: repository } = student;
  const shipped = await store.shipments(record.organisation, { repository, challenge: challenge.name });
  const last = shipped.findLast(({ state }) => state === 'dispatched');
  if (!last) return undefined;
  const { directory } = await github(record).courseRepository.snapshot(record.repository, record.commitSha);
  const seed = seedOf('probe', challenge.name, student.owner, now.toISOString());
  const choose = (available: number): number[] => {
    const at = permutation(seed, available);
    return Array.from({ length: Math.min(drawn, available) }, (_, index) => at(index));
  };
  const hidden = await slices.holdOut(last.shipment, directory, choose);
  const { target } = challenge.dataset;
  const { missing = [] } = challenge.dataset;
  const columns = record.facts[challenge.dataset.source]?.columns ?? [];
  const whole = withoutGaps(hidden ?? (await slices.rows(last.shipment, directory, choose)), target, missing);
  const rows = typeRows(whole, { words: challenge.dataset, columns });
  const labels = target === undefined || !hidden ? undefined : rows.map((row) => row[target]);
  return {
    url,
    requestId: `probe-${seed.toString(16)}`,
    wait: rule.wait,
    shape,
    rows: rows.map((row) => without(row, target)),
    ...(labels ? { labels, metric: metricFor({}, challenge.quality, labels).name } : {}),
  };
}

function withoutGaps(rows: readonly TextRow[], target: string | undefined, missing: readonly string[]): TextRow[] {
  const words = new Set(['', ...missing]);
  const whole = rows.filter((row) =>
    Object.entries(row).every(([column, cell]) => column === target || !words.has(cell)),
  );
  return (whole.length > 0 ? whole : rows).slice(0, asked);
}

function without(row: Row, target: string | undefined): Row {
  return target === undefined ? row : Object.fromEntries(Object.entries(row).filter(([column]) => column !== target));
}
