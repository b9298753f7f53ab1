// What this process measures, and what the database says of all of them, for Prometheus.
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CourseFigures, Figures } from '../ports/figures.ts';
import type { Endpoints } from '../ports/practice.ts';

type Word = { limit: number; remaining: number };

export type Meters = {
  /** What GitHub said of the hour's calls of an installation. */
  budget: (installationId: number, resource: string, word: Word) => void;
  /** The same probes, with how long each took. */
  timed: (endpoints: Endpoints) => Endpoints;
  /** All of it as text. What the database does not say is left out, and never zero. */
  expose: () => Promise<{ type: string; text: string }>;
};

/** `read` asks the database. */
export function openMeters(read: () => Promise<{ figures: Figures; now: Date }>): Meters {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const stored = storedGauges(register);
  const gauge = gauges(register);
  const up = gauge('practicum_database_up', 'Whether the database answered this request');
  const remaining = gauge('practicum_github_budget_remaining', 'Calls left in this hour, by GitHub', [
    'installation',
    'resource',
  ]);
  const limit = gauge('practicum_github_budget_limit', 'Calls that GitHub grants for an hour', [
    'installation',
    'resource',
  ]);
  const probes = new Histogram({
    name: 'practicum_probe_duration_seconds',
    help: 'How long a probe of a student’s service took, by what it found',
    labelNames: ['code'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [register],
  });
  return {
    budget(installationId, resource, word) {
      const of = { installation: String(installationId), resource };
      remaining.set(of, word.remaining);
      limit.set(of, word.limit);
    },
    timed: (endpoints) => ({
      ...endpoints,
      async probe(task) {
        const began = performance.now();
        const answer = await endpoints.probe(task);
        probes.observe({ code: answer.code }, (performance.now() - began) / 1000);
        return answer;
      },
    }),
    async expose() {
      const found = await read().catch(() => undefined);
      up.set(found ? 1 : 0);
      for (const meter of Object.values(stored)) meter.reset();
      if (found) fill(stored, found.figures, found.now);
      return { type: register.contentType, text: await register.metrics() };
    },
  };
}

type MakeGauge = (name: string, help: string, labelNames?: string[]) => Gauge;
const gauges =
  (register: Registry): MakeGauge =>
  (name, help, labelNames = []) =>
    new Gauge({ name, help, labelNames, registers: [register] });

/** Each has a label: without one, a gauge that nobody has set would say zero. */
function storedGauges(register: Registry) {
  const gauge = gauges(register);
  const course = ['organisation'];
  return {
    due: gauge('practicum_queue_jobs', 'Jobs whose time has come, by kind', ['kind']),
    age: gauge('practicum_queue_age_seconds', 'How long the oldest of them has been due', ['kind']),
    parked: gauge('practicum_jobs_parked', 'Jobs that failed permanently and wait for a person', ['what']),
    overdue: gauge('practicum_worker_overdue_seconds', 'How long the app’s own timer has been due: nobody works', [
      'timer',
    ]),
    breaker: gauge('practicum_breaker_open', '1 for each thing that is away: GitHub, the disk, the clock', ['scope']),
    waiting: gauge('practicum_breaker_jobs', 'Jobs that wait for it', ['scope']),
    shipments: gauge('practicum_shipments', 'Shipments, by what is to happen with them', [...course, 'state']),
    shipmentAge: gauge('practicum_shipment_age_seconds', 'How long the oldest unsent shipment has been due', course),
    webhooks: gauge('practicum_webhooks_waiting', 'Webhooks that are stored and not worked off', ['state']),
    delay: gauge('practicum_webhook_delay_seconds', 'How long the oldest of them has waited', ['state']),
    heard: gauge('practicum_webhook_last_timestamp_seconds', 'When the last webhook came', ['state']),
    ledger: gauge('practicum_ledger_head', 'Number of the last entry of the ledger', course),
    behind: gauge('practicum_ledger_behind', 'Changes that the ledger does not have yet', course),
    refused: gauge('practicum_course_refused', '1 where the newest commit of the course has errors', course),
  };
}

const seconds = (now: Date, then: Date | undefined): number =>
  then === undefined ? 0 : Math.max(0, (now.getTime() - then.getTime()) / 1000);

function fill(to: ReturnType<typeof storedGauges>, figures: Figures, now: Date): void {
  for (const { kind, due, oldestDueAt } of figures.queue) {
    to.due.set({ kind }, due);
    to.age.set({ kind }, seconds(now, oldestDueAt));
  }
  to.parked.set({ what: 'job' }, figures.parked);
  if (figures.timerDueAt) to.overdue.set({ timer: 'reconcile' }, seconds(now, figures.timerDueAt));
  for (const { scope, waiting } of figures.holds) {
    to.breaker.set({ scope }, 1);
    to.waiting.set({ scope }, waiting);
  }
  const { lastAt, waiting, oldestAt } = figures.webhooks;
  to.webhooks.set({ state: 'stored' }, waiting);
  to.delay.set({ state: 'stored' }, seconds(now, oldestAt));
  if (lastAt) to.heard.set({ state: 'stored' }, lastAt.getTime() / 1000);
  for (const course of figures.courses) fillCourse(to, course, now);
}

function fillCourse(to: ReturnType<typeof storedGauges>, course: CourseFigures, now: Date): void {
  const { organisation, shipments, oldestDueAt, ledger, refusedAt } = course;
  for (const [state, count] of Object.entries(shipments)) to.shipments.set({ organisation, state }, count);
  to.shipmentAge.set({ organisation }, seconds(now, oldestDueAt));
  to.ledger.set({ organisation }, ledger.seq);
  to.behind.set({ organisation }, ledger.behind);
  to.refused.set({ organisation }, refusedAt ? 1 : 0);
}
