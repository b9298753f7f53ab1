// Every key of the course's files, in texts that are right, and what may stand at each instead: what the law about the plan is tried on.
import { stringify } from 'yaml';

type Tree = Record<string, unknown>;
export type Files = { course: Tree; challenge: Tree; rubric?: Tree };
export type FileKind = keyof Files;

const dataset = { source: 'data.csv', target: 'y', hold_out: '20%' };
const shell = { version: 1, name: 'prices', starts: '2027-01-11T09:00', ends: '2027-03-01T09:00', dataset };
const score = Object.fromEntries(
  ['data', 'requests', 'pipeline', 'freshness', 'endpoint', 'quality', 'hygiene'].map((key) => [key, 10]),
);

const course = {
  version: 1,
  title: 'A course',
  timezone: 'Europe/Copenhagen',
  staff: 'tutors',
  roster: 'roster.csv',
  repositories: {
    name: '{challenge}-{owner}',
    template: 'student-template',
    visibility: 'private',
    permission: 'push',
    staff_permission: 'pull',
    leavers: 'read',
    adopt: ['old-one', 'old-two'],
  },
  late: { tokens: 3, days_per_token: 2, then_per_day: '20%' },
  grades: { pass: '60%', release: 'auto' },
  notify: ['release', 'deadline'],
  retention: '2y',
  challenges: ['challenges/prices'],
};

const conditions = [
  { column: 'region', is: 'Albany' },
  { column: 'region', in: ['Albany', 'Boston'] },
  { column: 'region', not: 'Albany' },
  { column: 'x', from: 1, to: 9 },
  { column: 'x', above: 1, up_to: 9 },
  { column: 'code', contains: 'a' },
  { column: 'code', missing: true },
];
const nested = { any: conditions };

/** Every position at which conditions may stand, in both spellings of the list. */
const listed = [
  { name: 'first', due: '2027-01-11T09:00', rows: [0, 100] },
  ...conditions.map((where, index) => ({ name: `single-${index}`, due: `2027-01-${12 + index}T09:00`, where })),
  { name: 'either', due: '2027-01-20T09:00', where: nested },
  { name: 'all', due: '2027-01-21T09:00', where: [...conditions, nested] },
];

const rules = {
  requests: [
    { on: 'release', kind: 'data_validation', rows: 5, answer_within: '2d', attempts: 2, tolerance: 0.1, seed: 1 },
    { on: 'random', kind: 'calculated_feature', formula: 'x * 2', rows: '2..4', due: '1d', every: ['1d', '3d'] },
    { on: 'manual', kind: 'batch_prediction', metric: 'accuracy', threshold: 0.5, answer_within: '1d' },
  ],
  endpoint: {
    every: '5m',
    wait: '800ms',
    availability: { pass: '70%', full: '99%' },
    window: '168h',
    identity: 'optional',
    maintenance: [{ from: '2027-02-01T10:00', to: '2027-02-01T12:00', reason: 'Update' }],
    maintenance_per_token: '4h',
    latency: {
      percentile: 95,
      share: '25%',
      curve: [
        { at: '200ms', worth: '100%' },
        { at: '800ms', worth: 0 },
      ],
    },
    load: { at: ['2027-02-10T10:00'], ramp: [1, 5], each: '20s', share: '25%' },
    bad_inputs: { at: ['2027-02-11T10:00'], share: '10%' },
  },
  drills: {
    window: ['2027-02-01T00:00', '2027-02-28T00:00'],
    kinds: ['malformed_requests', 'late_shipment'],
    number: 2,
    points: 5,
    detect_within: '4h',
    lasts: '12h',
    post_mortem_within: '3d',
    sections: ['Summary', 'Timeline'],
    seed: 3,
    real: true,
  },
  score,
  freshness: { full: '24h', zero: '7d' },
  quality: { metric: 'accuracy', pass: 0.6, full: 0.9 },
  milestones: {
    inception: 0.5,
    reproducibility: 0.5,
    quality: 0.5,
    deployment: 0.5,
    flow: 0.5,
    layout: 0.5,
    card_words: 20,
    issues: 3,
    board: 2,
    coverage: 0.6,
    file_megabytes: 5,
    pylint: 7,
  },
  placement: { placer: 'fifo_greedy', nodes: 'nodes.yml', window: '10m', seed: 7 },
};

const rubric = {
  version: 1,
  challenge: 'prices',
  criteria: [
    {
      name: 'report',
      question: 'Is it clear?',
      look_at: ['README.md', 'runs'],
      levels: { 0: 'no', 2: 'some', 5: 'yes' },
    },
  ],
};

const keyed = { every: '7d', proportions: [0.3, 0.4, 0.3], path: 'data/{release}.csv', carrier: 'commit' };

/** Together they have every key. */
export const complete: Record<string, Files> = {
  rules: { course, challenge: { ...shell, title: 'Prices', releases: keyed, ...rules }, rubric },
  delivery: {
    course,
    challenge: {
      ...shell,
      dataset: {
        ...dataset,
        order: 'x',
        encoding: 'utf-8',
        missing: ['NA', '?'],
        decimal: '.',
        thousands: "'",
        dates: 'dd.mm.yyyy',
        timezone: 'Europe/Paris',
        text: ['code'],
      },
      releases: {
        first: '2027-01-12T09:00',
        every: '7d',
        count: 3,
        path: 'data/{release}-{owner}.csv',
        carrier: ['commit', { rclone: 's3:bucket/{owner}' }],
        carriers: { 'release-2': { rclone: 's3:other/{owner}' }, 'release-3': 'pull_request' },
        start: 'early',
        per: { student: '50%' },
        drift: [
          {
            kind: 'covariate',
            from: 'release-2',
            to: 'release-3',
            column: 'x',
            scale: 2,
            shift: 1,
            rate: '50%',
            seed: 4,
          },
          { kind: 'schema', from: 'release-2', rename: { x: 'ex' }, drop: ['size'] },
        ],
      },
    },
  },
  other: {
    course,
    challenge: {
      ...shell,
      dataset: { ...dataset, order: { shuffle: 7 }, index: 'index.csv' },
      releases: { ...keyed, carrier: { rclone: 's3:bucket/{owner}' } },
      score: Object.fromEntries(
        [...Object.keys(score), 'drills'].map((key) => [
          key,
          { points: 10, trust: key === 'endpoint' ? 'measured' : 'claimed' },
        ]),
      ),
      requests: rules.requests,
      endpoint: rules.endpoint,
      quality: rules.quality,
      drills: { kinds: ['burst'], window: { from: '2027-02-01T00:00', to: '2027-02-28T00:00' } },
    },
  },
  listed: { course, challenge: { ...shell, releases: { list: listed, path: 'data/{release}.csv' } } },
  short: { course, challenge: { ...shell, releases: listed } },
};

export const textOf = (tree: Tree): string => stringify(tree);
