// The time for which a course keeps what it knows about people is over: all of it goes, and the ledger keeps sealed tombstones.
import { retentionEnd } from '../../domain/course/retention.ts';
import { cutOff } from '../../domain/evidence/criterion.ts';
import { decideGrades } from '../../domain/grade/grade-act.ts';
import { forgettingOf, subjectOf, tombstoneLine, tombstoneOf, type Tombstone } from '../../domain/ledger/forget.ts';
import { appendEntry } from '../../domain/ledger/ledger.ts';
import { parseLedgerLine } from '../../domain/ledger/verify.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Store } from '../../ports/store.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { retentionJob } from '../jobs/queue-jobs.ts';
import { aboutOwner } from './forget-person.ts';
import { headJob } from './publish-head.ts';
import { storedLines } from './verify-stored.ts';

/** Looks twice a day: a roster that is read again brings people back, and the end of a course may be moved. */
export async function keepRetention(
  { store, clock, log }: FlowPorts,
  { organisation }: { organisation: string },
): Promise<void> {
  const now = clock.now();
  const found = await inForce(store, organisation);
  if (found?.course.retention === undefined) return;
  await store.enqueue([retentionJob(organisation, now)]);
  const end = retentionEnd(found.course, await lastEnds(store, found, now));
  if (end === undefined || now < end) return;
  const owners = await forgetEverybody(store, found, now);
  if (owners > 0)
    log.info({ organisation, owners, retention: found.course.retention }, 'what was kept about people is gone');
}

/** When each challenge is over for the last of its students: whoever was given more time is judged later. */
async function lastEnds(store: Store, { record, course, challenges }: InForce, now: Date): Promise<{ ends: Date }[]> {
  const names = challenges.map(({ name }) => name);
  const { extensions } = decideGrades(await store.gradeActs(record.organisation), names, now);
  return challenges.map(({ name, ends }) => ({
    ends: cutOff({
      policy: { ends, timezone: course.timezone },
      extensions: extensions.filter(({ challenge }) => challenge === name),
    }),
  }));
}

/** Everybody who is or was in the course. Returns how many owners there were something about. */
async function forgetEverybody(store: Store, found: InForce, now: Date): Promise<number> {
  const { organisation } = found.record;
  const path = found.course.roster;
  return store.snapshot(`ledger/${organisation}`, async (inside) => {
    const graves = await gravesByOwner(inside, organisation);
    const repositories = Map.groupBy(await inside.studentRepositories(organisation), ({ owner }) => owner);
    const accounts = await inside.accounts(organisation);
    const acts = await inside.gradeActs(organisation);
    const slugs = new Set([
      ...graves.keys(),
      ...repositories.keys(),
      ...accounts.map(({ slug }) => slug),
      ...found.owners.map(({ slug }) => slug),
    ]);
    for (const slug of slugs)
      await inside.forgetOwner(organisation, {
        slug,
        repositories: (repositories.get(slug) ?? []).map(({ name }) => name),
        acts: acts.filter((act) => aboutOwner(act) === slug).map(({ id }) => id),
        tombstones: (graves.get(slug) ?? []).map((tombstone) => ({
          seq: tombstone.seq,
          line: tombstoneLine(tombstone),
        })),
      });
    await inside.forgetWork(
      organisation,
      [...repositories.values()].flat().map(({ name }) => name),
    );
    const all = [...graves.values()].flat().toSorted((a, b) => a.seq - b.seq);
    if (all.length > 0) {
      const entry = appendEntry(await inside.ledgerHead(organisation), forgettingOf(all), now);
      await inside.appendLedger(organisation, [{ subject: `forgetting/${entry.seq}`, digest: entry.hash, entry }]);
      await inside.enqueue([headJob(organisation, now)]);
    }
    const roster = found.record.files[path];
    const files = roster === undefined ? found.record.files : { ...found.record.files, [path]: headerOf(roster) };
    const logins = [
      ...accounts.map(({ login }) => login),
      ...found.owners.flatMap(({ members }) => members.map(({ login }) => login)),
    ];
    if (roster !== undefined || logins.length > 0) await inside.forgetAccounts(organisation, logins, files);
    return slugs.size;
  });
}

async function gravesByOwner(store: Store, organisation: string): Promise<Map<string, Tombstone[]>> {
  const graves = new Map<string, Tombstone[]>();
  for await (const line of storedLines(store, organisation)) {
    const entry = parseLedgerLine(line);
    const subject = entry && subjectOf(entry.body);
    if (subject === undefined) continue;
    const theirs = graves.get(subject) ?? [];
    theirs.push(tombstoneOf(entry!));
    graves.set(subject, theirs);
  }
  return graves;
}

/** The columns stay, so that the file is still a roster: one without students. */
const headerOf = (roster: string): string => `${roster.split(/\r?\n/, 1)[0] ?? ''}\n`;
