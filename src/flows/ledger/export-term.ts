// A whole term as lines that name nobody: what the ledger has in its order, what it does not have yet, and the grades.
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import type { LedgerBody } from '../../domain/ledger/ledger.ts';
import { parseLedgerLine } from '../../domain/ledger/verify.ts';
import { scoringRules } from '../../domain/score/score.ts';
import { termFormat, termVersion, type Unsealed } from '../../domain/term/line.ts';
import { Pseudonyms } from '../../domain/term/pseudonyms.ts';
import { gradesOf, noteBody, redactBody } from '../../domain/term/redact.ts';
import { TermWriter } from '../../domain/term/seal.ts';
import type { DeliveryAbout } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { InForce } from '../course/in-force.ts';
import { readGradebook } from '../grade/read-gradebook.ts';
import { storedLines } from './verify-stored.ts';
import { outsideLedger } from './write-ledger.ts';

export type ExportedTerm = {
  lines: number;
  /** Words of the teacher's that name somebody, and were replaced: rules that use them will not be found. */
  replaced: string[];
};

type Asked = { found: InForce; now: Date; secret: string; write: (line: string) => Promise<void> };

/** Reads one moment of the database. `begin` is called before the first line, and again where others changed what was read. */
export async function exportTerm(
  store: Store,
  { begin, ...asked }: Asked & { begin: () => Promise<void> },
): Promise<ExportedTerm> {
  const { organisation } = asked.found.record;
  return store.snapshot(`term/${organisation}`, async (inside) => {
    await begin();
    return writeTerm(inside, asked);
  });
}

async function writeTerm(store: Store, { found, now, secret, write }: Asked): Promise<ExportedTerm> {
  const { record, course, challenges, owners } = found;
  const { organisation } = record;
  const late = await outsideLedger(store, { organisation, course, challenges, owners, now });
  const deliveries = await store.deliveriesAbout(record.installationId);
  const acts = await store.gradeActs(organisation);
  const known = {
    students: new Set<string>(),
    ordered: new Set<string>(),
    digests: new Set<string>(),
    words: new Set<string>(),
  };
  for (const { slug } of owners) known.students.add(slug);
  for await (const line of storedLines(store, organisation)) {
    const entry = parseLedgerLine(line);
    if (entry) noteBody(entry.body, known);
  }
  for (const body of late) noteBody(body, known);
  const names = new Pseudonyms({ secret, ...known, people: await peopleOf(store, found, acts, known.students) });
  const writer = new TermWriter();
  let lines = 0;
  const put = async (content: Unsealed | undefined): Promise<void> => {
    if (!content) return;
    lines++;
    await write(writer.line(content));
  };
  const { pass } = course.grades;
  await put({ kind: 'term', format: termFormat, version: termVersion, clock: now, rules: scoringRules, pass });
  const students = owners.map(({ slug, members }) => ({ student: names.student(slug), members: members.length }));
  for (const student of students.toSorted((a, b) => (a.student < b.student ? -1 : 1)))
    await put({ kind: 'student', ...student });
  const aside = besides(deliveries, acts, names);
  let next = 0;
  for await (const { at, body } of bodies(store, organisation, late, now)) {
    for (; next < aside.length && aside[next]!.at <= at; next++) await put(aside[next]);
    await put(redactBody(body, at, names));
  }
  for (const beside of aside.slice(next)) await put(beside);
  const book = await readGradebook(store, { organisation, course, challenges, owners, now });
  for (const grade of gradesOf(book, names)) await put(grade);
  await write(writer.end());
  return { lines: lines + 1, replaced: names.lost(known.words) };
}

async function* bodies(
  store: Store,
  organisation: string,
  late: readonly LedgerBody[],
  now: Date,
): AsyncGenerator<{ at: Date; body: LedgerBody }> {
  // Forgotten entries say nothing any more: who was forgotten is not in the term.
  for await (const line of storedLines(store, organisation)) {
    const entry = parseLedgerLine(line);
    if (entry) yield entry;
  }
  for (const body of late) yield { at: now, body };
}

type Beside = Extract<Unsealed, { kind: 'webhook' | 'gate' }>;

/** What the ledger does not have: webhooks that are still kept, and when points were shown. */
function besides(deliveries: readonly DeliveryAbout[], acts: readonly GradeAct[], names: Pseudonyms): Beside[] {
  const webhooks = deliveries.map(({ at, event, action, repository }): Beside => {
    const about = repository === undefined ? {} : { repository: names.repository(repository) };
    return {
      kind: 'webhook',
      at,
      event: names.code(event),
      ...(action === undefined ? {} : { action: names.code(action) }),
      ...about,
    };
  });
  const gates = acts.flatMap((act): Beside[] =>
    act.kind === 'gate' ? [{ kind: 'gate', at: act.at, open: act.open }] : [],
  );
  return [...webhooks, ...gates].toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** Everything by which a person could be known: no word that is kept may contain it. A group is no person. */
async function peopleOf(
  store: Store,
  { record, owners }: InForce,
  acts: readonly GradeAct[],
  slugs: ReadonlySet<string>,
): Promise<string[]> {
  const groups = new Set(owners.filter(({ kind }) => kind === 'group').map(({ slug }) => slug));
  const repositories = await store.studentRepositories(record.organisation);
  const accounts = await store.accounts(record.organisation);
  const members = owners.flatMap((owner) => owner.members);
  const names = members.flatMap(({ name = '' }) => [name, ...name.split(/[\s,;]+/).filter((part) => part.length > 2)]);
  const logins = [
    ...repositories.flatMap((repository) => repository.members),
    ...members.map(({ login }) => login),
    ...accounts.map(({ login }) => login),
  ];
  const ids = [...members.map(({ id = '' }) => id), ...accounts.map(({ id }) => String(id))];
  const staff = acts.map((act) =>
    act.kind === 'extension' ? act.extension.grantedBy : act.kind === 'gate' ? act.by : act.override.by,
  );
  return [...names, ...logins, ...ids, ...staff, ...[...slugs].filter((slug) => !groups.has(slug))];
}
