// Regrades a whole course: 100,000 pieces of evidence of 1,000 students in 10 challenges, as one gradebook, and its ledger.
import { buildGradebook } from '../src/domain/grade/gradebook.ts';
import type { Evidence } from '../src/domain/evidence/evidence.ts';
import { verifyLedgerLines } from '../src/domain/ledger/verify.ts';
import { writeLedger } from '../test/domain/ledger/build-ledger.ts';
import { ledgerLine } from '../src/domain/ledger/ledger.ts';
import { seedOf, unit } from '../src/domain/dataset/sample.ts';
import type { ScorePolicy } from '../src/domain/evidence/policy.ts';
import { compareGradebooks } from '../src/domain/grade/what-if.ts';

const STUDENTS = 1000;
const CHALLENGES = 10;
const HOUR = 3_600_000;
const start = Date.parse('2027-01-11T08:00:00Z');
const at = (hours: number): Date => new Date(start + hours * HOUR);
const releases = [0, 1, 2].map((week) => ({ name: `release-${week + 1}`, due: at(week * 168) }));
const trust = 'measured' as const;
const policies = Array.from({ length: CHALLENGES }, (_, index): ScorePolicy => ({
  challenge: `challenge-${index}`,
  timezone: 'Europe/Copenhagen',
  ends: at(4 * 168),
  releases,
  criteria: {
    data: { points: 20, trust },
    requests: { points: 15, trust },
    pipeline: { points: 20, trust: 'claimed' },
    freshness: { points: 15, trust: 'claimed' },
    endpoint: { points: 15, trust },
    quality: { points: 15, trust },
  },
  freshness: { full: 24 * HOUR, zero: 168 * HOUR },
  late: { tokens: 8, daysPerToken: 1, thenPerDay: 0.15 },
}));
const owners = Array.from({ length: STUDENTS }, (_, index) => {
  const slug = `student-${index}`;
  return { slug, kind: 'student' as const, name: slug, members: [{ login: slug }] };
});

/** Ten pieces for each student and challenge: three merges, three runs, two answers, two probes. */
function evidenceOf(challenge: string, owner: string): Evidence[] {
  const seed = seedOf(challenge, owner);
  const common = (what: string, hours: number) => ({
    id: `${challenge}/${owner}/${what}`,
    challenge,
    owner,
    repository: owner,
    at: at(hours),
    trust,
  });
  const delay = unit(seed, 0) * 400;
  const quality = { metric: 'accuracy', value: 0.4 + unit(seed, 9) * 0.6, rows: 50 };
  return [
    ...releases.flatMap(({ name }, week): Evidence[] => [
      {
        ...common(`merge-${week}`, week * 168 + delay / 2),
        kind: 'data',
        release: name,
        shipment: `${challenge}/${owner}/${name}`,
        event: 'merged',
      },
      {
        ...common(`run-${week}`, week * 168 + delay),
        kind: 'run',
        commit: 'abc1234',
        conclusion: unit(seed, week, 1) < 0.8 ? 'success' : 'failure',
        releases: [name],
      },
    ]),
    ...[0, 1].flatMap((n): Evidence[] => [
      {
        ...common(`answer-${n}`, 30 + n),
        kind: 'answer',
        request: `r${n}`,
        verdict: 'partial_correct',
        matches: Math.floor(unit(seed, n, 2) * 11),
        expected: 10,
        extra: 0,
        attempt: 1,
      },
      {
        ...common(`probe-${n}`, 600 + n),
        kind: 'probe',
        ok: unit(seed, n, 3) < 0.9,
        code: 'timeout',
        cause: 'student',
        quality,
      },
    ]),
  ];
}

const pairs = policies.flatMap(({ challenge }) => owners.map(({ slug }) => [challenge, slug] as const));
const evidence = pairs.flatMap(([challenge, owner]) => evidenceOf(challenge, owner));
const shipments = pairs.flatMap(([challenge, owner]) =>
  releases.map(({ name, due }) => ({
    id: `${challenge}/${owner}/${name}`,
    challenge,
    owner,
    release: name,
    due,
    state: 'dispatched' as const,
    carrier: 'pull_request' as const,
  })),
);
const input = { policies, owners, shipments, evidence, now: at(4 * 168) };
const size = `${evidence.length} pieces, ${STUDENTS} students x ${CHALLENGES} challenges`;

const line = (what: string, work: () => string): void => {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const used = process.cpuUsage(cpu);
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  console.log(
    `| ${what} | ${seconds} s | ${((used.user + used.system) / 1e6).toFixed(2)} s | ${Math.round(process.resourceUsage().maxRSS / 1024)} MB | ${result} |`,
  );
};
console.log('| what | wall | CPU | peak memory | result |\n|---|---|---|---|---|');
line(`regrade ${size}`, () => `${buildGradebook(input).rows.length} scores with reasons`);
const cheaper = policies.map((policy) => ({ ...policy, late: { ...policy.late, tokens: 0, thenPerDay: 0.5 } }));
line(
  'what if tokens go and a day costs 50 %',
  () => compareGradebooks(buildGradebook(input), buildGradebook({ ...input, policies: cheaper }), 0.5).text,
);

/** As `ledger export` writes them, and `ledger verify` reads them. */
let lines: string[] = [];
line('write the ledger', () => {
  lines = [...writeLedger(input)].map(ledgerLine);
  return `${lines.length} entries`;
});
line('verify it: every seal, every score', () => {
  const verification = verifyLedgerLines(lines);
  return verification.ok ? `sound, ${verification.calculations} scores recomputed` : verification.first.message;
});
