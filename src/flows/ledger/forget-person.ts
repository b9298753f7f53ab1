// A person asks to be forgotten: what was kept about them goes, and the ledger keeps sealed tombstones in its place.
import { findOwner } from '../../domain/course/find-owner.ts';
import { withoutPerson } from '../../domain/course/without-person.ts';
import { forgettingOf, subjectOf, tombstoneLine, tombstoneOf } from '../../domain/ledger/forget.ts';
import { appendEntry, type LedgerEntry } from '../../domain/ledger/ledger.ts';
import { parseLedgerLine } from '../../domain/ledger/verify.ts';
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import type { Forgotten } from '../../ports/forgetting.ts';
import type { Store } from '../../ports/store.ts';
import type { InForce } from '../course/in-force.ts';
import { headJob } from './publish-head.ts';
import { storedLines } from './verify-stored.ts';

export type Forgetting = {
  login: string;
  slug: string;
  repositories: string[];
  /** Others of the group, whose work the record is as well: only the person's name is taken out of it. */
  others: string[];
  counts: Forgotten & { entries: number };
  /** Lines of the roster that name them. */
  roster: { path: string; lines: number[] };
};

type Asked = { found: InForce; login: string; now: Date; carryOut: boolean };

/** Undefined where nobody of this name is known. With `carryOut` all of it is removed, or nothing. */
export async function forgetPerson(
  store: Store,
  { found, login, now, carryOut }: Asked,
): Promise<Forgetting | undefined> {
  const { organisation, files } = found.record;
  const path = found.course.roster;
  const forget = async (inside: Store): Promise<Forgetting | undefined> => {
    const whom = await findPerson(inside, found, login);
    if (!whom) return undefined;
    const alone = whom.others.length === 0;
    const entries = alone ? await entriesAbout(inside, organisation, whom.slug) : [];
    const acts = alone ? await actsAbout(inside, organisation, whom.slug) : [];
    const owner = { ...whom, acts };
    const none = { evidence: 0, requests: 0, decisions: 0, releases: 0, webhooks: 0 };
    const counts = alone ? await inside.countOwner(organisation, owner) : none;
    const { text, lines } = withoutPerson(files[path] ?? '', login);
    if (carryOut) {
      if (alone) {
        const graves = entries.map(tombstoneOf);
        const tombstones = graves.map((grave) => ({ seq: grave.seq, line: tombstoneLine(grave) }));
        await inside.forgetOwner(organisation, { ...owner, tombstones });
        await inside.forgetWork(organisation, owner.repositories);
        if (graves.length > 0) {
          const entry = appendEntry(await inside.ledgerHead(organisation), forgettingOf(graves), now);
          await inside.appendLedger(organisation, [{ subject: `forgetting/${entry.seq}`, digest: entry.hash, entry }]);
          await inside.enqueue([headJob(organisation, now)]);
        }
      }
      await inside.forgetAccounts(organisation, [login], path in files ? { ...files, [path]: text } : files);
    }
    return { login, ...whom, counts: { ...counts, entries: entries.length }, roster: { path, lines } };
  };
  return store.snapshot(`ledger/${organisation}`, forget);
}

type Whom = Pick<Forgetting, 'slug' | 'repositories' | 'others'>;

/** Somebody who left the roster is known by their repositories, and by the account. */
async function findPerson(store: Store, { record, owners }: InForce, login: string): Promise<Whom | undefined> {
  const { organisation, aliases = {} } = record;
  const wanted = login.toLowerCase();
  const all = await store.studentRepositories(organisation);
  const isTheirs = ({ members, owner }: { members: readonly string[]; owner: string }): boolean =>
    members.some((member) => member.toLowerCase() === wanted) || owner.toLowerCase() === wanted;
  const inRoster = findOwner(owners, login);
  const account = (await store.accounts(organisation)).findLast(
    (knownAccount) => knownAccount.login.toLowerCase() === wanted,
  );
  const slug = inRoster?.slug ?? aliases[wanted] ?? all.find(isTheirs)?.owner ?? account?.slug;
  if (slug === undefined) return undefined;
  const theirs = all.filter(({ owner }) => owner === slug);
  const members = inRoster?.members.map((member) => member.login) ?? theirs.flatMap((their) => their.members);
  const others = [...new Set(members)].filter(
    (text) => text.toLowerCase() !== wanted && text.toLowerCase() !== slug.toLowerCase(),
  );
  return { slug, repositories: theirs.map(({ name }) => name), others };
}

async function entriesAbout(store: Store, organisation: string, slug: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const line of storedLines(store, organisation)) {
    const entry = parseLedgerLine(line);
    if (entry && subjectOf(entry.body) === slug) entries.push(entry);
  }
  return entries;
}

async function actsAbout(store: Store, organisation: string, slug: string): Promise<string[]> {
  return (await store.gradeActs(organisation)).flatMap((act) => (aboutOwner(act) === slug ? [act.id] : []));
}

/** Whom a decision is about; undefined for what is about everybody. */
export function aboutOwner(act: GradeAct): string | undefined {
  return act.kind === 'extension' ? act.extension.owner : act.kind === 'override' ? act.override.owner : undefined;
}
