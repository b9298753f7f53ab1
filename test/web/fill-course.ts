// A course as the database holds it in the middle of a term: written through the store, as the flows would.
import { planShipments } from '../../src/domain/plan/plan.ts';
import { readCourseFiles } from '../../src/domain/plan/read-course-files.ts';
import type { DatasetFacts } from '../../src/domain/dataset/facts.ts';
import type { Evidence, RunEvidence } from '../../src/domain/evidence/evidence.ts';
import type { Shipment } from '../../src/domain/shipment/shipment.ts';
import { dispatchJob } from '../../src/flows/jobs/queue-jobs.ts';
import type { Store } from '../../src/ports/store.ts';

export const organisation = 'MLOps-Course';
const hour = 3_600_000;

/** What a student does with the releases: by default all kinds take turns. */
const manners = ['prompt', 'late', 'absent', 'failing', 'forger'] as const;
type Manner = (typeof manners)[number];
export type Person = { login: string; name: string; group?: string; manner?: Manner };

const courseFile = (title: string): string => `version: 1
title: ${title}
timezone: Europe/Copenhagen
roster: roster.csv
`;

const challengeFile = `version: 1
name: weather
title: What was the weather?
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data.csv, target: y, hold_out: 20% }
releases:
  every: 7d
  proportions: [0.3, 0.4, 0.3]
  path: "data/incoming/{release}.csv"
  carrier: pull_request
score: { data: 20, pipeline: 20, freshness: 15 }
`;

const facts: Record<string, DatasetFacts> = {
  'challenges/weather/data.csv': { rows: 1000, columns: [{ name: 'x', kind: 'number' }, { name: 'y' }] },
  'data.csv': { rows: 1000, columns: [{ name: 'x', kind: 'number' }, { name: 'y' }] },
};

export const people: Person[] = [
  { login: 'ada-l', name: 'Ada Lovelace' },
  { login: 'carl-g', name: 'Carl Friedrich Gauss' },
  { login: 'emmy-n', name: 'Emmy Noether' },
  { login: 'florence-n', name: 'Florence Nightingale' },
  { login: 'george-b', name: 'George Box' },
];

/** Two of three releases are due and shipped at this time; the third is planned. */
export const midTerm = new Date('2027-01-25T07:00:00Z');

export async function fillCourse(
  store: Store,
  everybody: readonly Person[] = people,
  login = organisation,
  title = 'Weather & <b>machines</b>',
): Promise<void> {
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const roster = [
    'login,id,name,group',
    ...everybody.map((person) => [person.login, '', person.name, person.group ?? ''].map(quote).join(',')),
  ];
  const files = {
    'course.yml': courseFile(title),
    'roster.csv': `${roster.join('\n')}\n`,
    'challenges/weather/challenge.yml': challengeFile,
  };
  const file = (path: keyof typeof files) => ({ path, bytes: new TextEncoder().encode(files[path]) });
  const { course, challenges, owners, problems } = readCourseFiles(
    { course: file('course.yml'), roster: file('roster.csv'), challenges: [file('challenges/weather/challenge.yml')] },
    facts,
  );
  const errors = problems.filter(({ level }) => level === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
  await store.saveInstallation({ id: 7, login, organisationId: 70 });
  await store.saveCourse(
    login,
    { repository: 'course', commitSha: 'c0ffee0123456789c0ffee0123456789c0ffee01', files, facts },
    new Date('2027-01-10T12:00:00Z'),
  );
  const challenge = challenges[0]!;
  const shipments = planShipments(course, challenge, owners, facts[challenge.dataset.source], login);
  for (const [index, owner] of owners.entries()) {
    const mine = shipments.filter((shipment) => shipment.owner === owner.slug);
    await store.saveStudentRepository(login, {
      name: mine[0]!.repository,
      owner: owner.slug,
      members: owner.members.map((member) => member.login),
      state: 'ready',
      repositoryId: 1000 + index,
      defaultBranch: 'main',
    });
    const found = everybody.find((person) => owner.members.some((member) => member.login === person.login));
    const manner = found?.manner ?? manners[index % manners.length]!;
    for (const shipment of mine) await fillShipment(store, login, shipment, manner, index);
  }
}

/** A shipment that was parked after many failures, as a worker would leave it. */
export async function parkShipment(store: Store, shipment: Shipment, lastError: string): Promise<void> {
  await store.saveShipment(organisation, { shipment, state: 'failed', attempts: 8, lastError });
  await store.enqueue([dispatchJob(organisation, shipment)]);
}

async function fillShipment(
  store: Store,
  login: string,
  shipment: Shipment,
  manner: Manner,
  index: number,
): Promise<void> {
  const due = new Date(shipment.due);
  if (due > midTerm) return store.saveShipment(login, { shipment, state: 'planned', attempts: 0 });
  const sha = (seed: string): string =>
    Buffer.from(`${seed}${shipment.id}`.padEnd(20, '0')).toString('hex').slice(0, 40);
  const commit = sha('d');
  const dispatchedAt = new Date(due.getTime() + 60_000);
  await store.saveShipment(login, {
    shipment,
    state: 'dispatched',
    attempts: 1,
    dispatchedAt,
    receipt: {
      commit,
      blob: sha('b'),
      bytes: 12_345,
      sha256: sha('s').padEnd(64, '0'),
      rows: 240,
      pullRequest: 3,
      url: `https://github.example/${login}/${shipment.repository}/pull/3`,
    },
  });
  for (const evidence of evidenceOf(login, shipment, manner, index, sha)) await store.addEvidence(login, evidence);
}

function evidenceOf(
  login: string,
  { id, challenge, release, owner, repository, due }: Shipment,
  manner: Manner,
  index: number,
  sha: (seed: string) => string,
): Evidence[] {
  const at = (hours: number): Date => new Date(Date.parse(due) + hours * hour);
  const common = { challenge, owner, repository: `${login}/${repository}` };
  const data = (event: 'shipped' | 'merged', hours: number, commit: string): Evidence => ({
    ...common,
    kind: 'data',
    id: `${event}/${id}`,
    at: at(hours),
    trust: 'measured',
    release,
    shipment: id,
    event,
    commit,
  });
  const run = (hours: number, more: Partial<RunEvidence>): Evidence => ({
    ...common,
    kind: 'run',
    id: `run/${id}`,
    at: at(hours),
    trust: 'attested',
    commit: sha('r'),
    runId: index + 1,
    attempt: 1,
    conclusion: 'success',
    releases: [release],
    checkRunUrl: `https://github.example/${login}/${repository}/runs/${index + 1}`,
    ...more,
  });
  const shipped = data('shipped', 1 / 60, sha('d'));
  // Many are quick and few are slow, a little differently each time.
  const unit = ((index * 61 + Number.parseInt(release.at(-1)!, 36) * 29) % 97) / 97;
  const delay = manner === 'late' ? 30 + 110 * unit : 1.5 * Math.exp(2.5 * unit);
  switch (manner) {
    case 'absent':
      return [shipped];
    case 'forger':
      return [
        shipped,
        run(delay, {
          trust: 'claimed',
          releases: [],
          rejected: { code: 'forged', reason: 'it was not made by the course’s workflow' },
        }),
      ];
    case 'failing':
      return [
        shipped,
        data('merged', delay, sha('m')),
        run(delay + 1, { conclusion: release === 'release-1' ? 'success' : 'failure' }),
      ];
    default:
      return [shipped, data('merged', delay, sha('m')), run(delay + 1, {})];
  }
}

/** Many students with names from a list of syllables; every fifth group of three shares a repository. */
export function crowd(size: number): Person[] {
  const first = ['Ada', 'Bo', 'Chidi', 'Dina', 'Emre', 'Freja', 'Goro', 'Hana', 'Ivo', 'Jun'];
  const last = ['Abel', 'Berg', 'Cano', 'Diaz', 'Eker', 'Falk', 'Gupta', 'Holm', 'Ito', 'Juhl'];
  return Array.from({ length: size }, (_, index) => ({
    login: `student-${index}`,
    name: `${first[index % 10]} ${last[Math.trunc(index / 10) % 10]} ${Math.trunc(index / 100) || ''}`.trim(),
    manner: manners[[0, 0, 0, 0, 1, 1, 2, 3, 0, 4][(index * 7) % 10]!]!,
  }));
}
