// Probes 1,000 endpoints a minute from one process, in real time, with one of them failing for a known time; then the error
// of availability over a week against outages of known lengths, at the times the policy gives.
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { measureAvailability } from '../src/domain/endpoint/availability.ts';
import type { ProbeEvidence } from '../src/domain/evidence/evidence.ts';
import { nextProbe } from '../src/domain/endpoint/probe-policy.ts';
import { createGuardedFetch } from '../src/endpoint/guarded-fetch.ts';
import { probeEndpoint } from '../src/endpoint/probe-endpoint.ts';
import { probeKey } from '../src/endpoint/sign-request.ts';

const ENDPOINTS = Number(process.argv[2] ?? 1000);
const SECONDS = Number(process.argv[3] ?? 60);
const TRIALS = Number(process.argv[4] ?? 500);
const MINUTE = 60_000;
const target = fork(new URL('./probe-target.ts', import.meta.url));
const { port } = await new Promise<{ port: number }>((resolve) => target.once('message', resolve as never));
const fetch = createGuardedFetch({ allowLoopback: true, connections: 64 });
const key = probeKey('bench');
const rows = Array.from({ length: 20 }, (_, x) => ({ x, wind: 1.5 }));
const labels = rows.map(() => 'sun');

const evidence = (at: Date, ok: boolean, code: string): ProbeEvidence => ({
  id: `${at.getTime()}`,
  challenge: 'bench',
  owner: 'bench',
  repository: 'bench',
  at,
  trust: 'measured',
  kind: 'probe',
  ok,
  code,
  cause: 'student',
});

const latencies: number[] = [];
const failures = new Map<string, number>();
async function probe(name: string, at: Date): Promise<ProbeEvidence> {
  const task = {
    url: `http://127.0.0.1:${port}/${name}`,
    requestId: `${name}-${at.getTime()}`,
    wait: 800,
    rows,
    labels,
    metric: 'accuracy' as const,
  };
  const outcome = await probeEndpoint(task, { fetch, now: () => new Date(), key });
  if (outcome.latencyMs !== undefined) latencies.push(outcome.latencyMs);
  if (!outcome.ok) failures.set(outcome.code, (failures.get(outcome.code) ?? 0) + 1);
  return evidence(at, outcome.ok, outcome.code);
}

/** Probes one endpoint on its schedule until `end`. */
async function watch(name: string, every: number, end: Date, seen: ProbeEvidence[]): Promise<void> {
  for (let at = nextProbe(name, every, new Date()); at < end; at = nextProbe(name, every, at)) {
    await sleep(Math.max(0, at.getTime() - Date.now()));
    seen.push(await probe(name, at));
  }
}

await Promise.all(Array.from({ length: 50 }, (_, i) => probe(`warm-${i}`, new Date())));
latencies.length = 0;
const lag = monitorEventLoopDelay({ resolution: 10 });
lag.enable();
const cpu = process.cpuUsage();
const from = new Date();
const end = new Date(from.getTime() + SECONDS * 1000);
const all: ProbeEvidence[] = [];
const one: ProbeEvidence[] = [];
const outage = { after: SECONDS * 300, length: SECONDS * 400 };
const switching = (async () => {
  await sleep(outage.after);
  target.send({ name: 'failing', up: false });
  await sleep(outage.length);
  target.send({ name: 'failing', up: true });
})();
await Promise.all([
  ...Array.from({ length: ENDPOINTS }, (_, i) => watch(`student-${i}`, MINUTE, end, all)),
  watch('failing', 1000, end, one),
  switching,
]);
const used = process.cpuUsage(cpu);
const cpuSeconds = (used.user + used.system) / 1e6;
latencies.sort((a, b) => a - b);
const percentile = (p: number): number => latencies[Math.floor((latencies.length - 1) * p)] ?? 0;
const measured = measureAvailability(one, { from, to: end }, { every: 1000, target: 0.99, maintenance: [] });
console.log('| what | value |\n|---|---|');
console.log(
  `| probes (3 requests each) in ${SECONDS} s | ${all.length} of ${ENDPOINTS} endpoints, ${one.length} of the failing one |`,
);
console.log(
  `| CPU of the prober | ${cpuSeconds.toFixed(1)} s, ${((cpuSeconds / SECONDS) * 100).toFixed(1)} % of one core, ${((cpuSeconds * 1000) / (all.length + one.length)).toFixed(1)} ms a probe |`,
);
console.log(`| peak memory of the prober | ${Math.round(process.resourceUsage().maxRSS / 1024)} MB |`);
console.log(
  `| latency p50 / p99, event loop p99 | ${percentile(0.5)} / ${percentile(0.99)} ms, ${(lag.percentile(99) / 1e6).toFixed(0)} ms |`,
);
console.log(`| failed probes | ${JSON.stringify(Object.fromEntries(failures))} |`);
console.log(
  `| outage of ${outage.length / 1000} s, probed every second, measured as | ${(measured.down / 1000).toFixed(1)} s (error ${((measured.down - outage.length) / 1000).toFixed(1)} s) |`,
);
await fetch.close();
target.kill();

const WEEK = 168 * 60 * MINUTE;
const every = 5 * MINUTE;
console.log(
  `\n| outage in a week of probes every 5 minutes | mean error | largest error of ${TRIALS} | of availability, largest |\n|---|---|---|---|`,
);
for (const minutes of [4, 10, 30, 60, 480]) {
  const errors: number[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const base = new Date(Date.parse('2027-01-11T00:00:00Z'));
    const begin = base.getTime() + ((trial * 7919) % 10_000) * MINUTE * 0.9 + trial * 37;
    const length = minutes * MINUTE;
    const to = new Date(base.getTime() + WEEK);
    const probes: ProbeEvidence[] = [];
    for (let at = nextProbe(`s${trial}`, every, base); at < to; at = nextProbe(`s${trial}`, every, at)) {
      const down = at.getTime() >= begin && at.getTime() < begin + length;
      probes.push(evidence(at, !down, down ? 'timeout' : 'ok'));
    }
    const found = measureAvailability(probes, { from: base, to }, { every, target: 0.99, maintenance: [] });
    errors.push(found.down - Math.min(length, to.getTime() - begin));
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length / 1000;
  const most = Math.max(...errors.map(Math.abs)) / 1000;
  console.log(
    `| ${minutes} min | ${mean.toFixed(1)} s | ${most.toFixed(0)} s | ${((most / WEEK) * 100_000).toFixed(3)} percentage points |`,
  );
}
