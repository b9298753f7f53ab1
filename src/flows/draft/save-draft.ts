// A draft becomes a pull request in the course repository, whole or not at all: nothing bypasses the plan and the merge.
import { createHash } from 'node:crypto';
import { describeDraft, type DraftAuthor } from '../../domain/messages/draft-message.ts';
import { isAcceptable } from '../../domain/text/problem.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Proposal } from '../../ports/repository.ts';
import { digestOf, siteOf, type DraftPlace, type DraftSite } from './open-draft.ts';
import { checkDraft, type CheckedPlace } from './preview-draft.ts';

/** `stale`: somebody else was faster. `faulty`: there are errors, which the preview shows. */
export type SavedDraft =
  | { outcome: 'opened' | 'known'; number: number; url: string; challenge: string }
  | { outcome: 'stale' | 'faulty' | 'refused'; why: string };

export async function saveDraft(
  ports: FlowPorts,
  place: DraftPlace,
  text: string,
  author: DraftAuthor | undefined,
): Promise<SavedDraft> {
  const site = await siteOf(ports, place.organisation);
  if (!site) return { outcome: 'refused', why: 'There is no course repository.' };
  const { record, snapshot } = site;
  const found = await checkDraft(ports, site, place, text);
  const isNew = place.challenge === undefined;
  const before = await ports.drafts.text(snapshot.directory, found.path);
  const fault = await faultOf(ports, snapshot.directory, place, found, before);
  if (fault) return fault;
  if (before === text) return { outcome: 'refused', why: 'Nothing is changed: there is nothing to propose.' };
  const challenge = found.checked.challenges.find(({ file }) => file === found.path)!.name;
  const files: Proposal['files'] = [...found.texts].map(([path, text]) => ({ path, contents: Buffer.from(text) }));
  if (found.data) {
    const { path, upload } = found.data;
    files.push({ path, contents: await ports.drafts.bytes(place.organisation, upload) });
  }
  const branch = `practicum/challenge-${challenge}-${nameOf(files)}`;
  return once(`${record.organisation} ${branch}`, () =>
    openPull(ports, site, { challenge, isNew, files, branch, author }),
  );
}

type Pull = {
  challenge: string;
  isNew: boolean;
  files: Proposal['files'];
  branch: string;
  author: DraftAuthor | undefined;
};

async function openPull(
  ports: FlowPorts,
  { record, head }: DraftSite,
  { challenge, isNew, files, branch, author }: Pull,
): Promise<SavedDraft> {
  const words = describeDraft({ challenge, isNew, files: files.map(({ path }) => path) }, author);
  const { proposals } = ports.github(record);
  const made = await proposals.revise(ports.courseRepository, {
    ...words,
    files,
    base: { branch: head.branch, oid: head.commit },
    branch,
  });
  const { number, url, known } = made;
  ports.log.info({ organisation: record.login, challenge, pullRequest: number }, 'a challenge was proposed');
  return { outcome: known ? 'known' : 'opened', number, url, challenge };
}

/** A button that is pressed twice: the second press waits for what the first one does. */
const inHand = new Map<string, Promise<SavedDraft>>();

async function once(key: string, save: () => Promise<SavedDraft>): Promise<SavedDraft> {
  const under = inHand.get(key);
  if (under) return under.then((saved) => (saved.outcome === 'opened' ? { ...saved, outcome: 'known' } : saved));
  const saving = save().finally(() => inHand.delete(key));
  inHand.set(key, saving);
  return saving;
}

async function faultOf(
  ports: FlowPorts,
  directory: string,
  { challenge, base }: DraftPlace,
  { path, checked, texts, data }: CheckedPlace,
  before: string | undefined,
): Promise<SavedDraft | undefined> {
  const isNew = challenge === undefined;
  if (isNew && before !== undefined)
    return { outcome: 'stale', why: `There is a challenge at ${path} already: choose another name, or edit that one.` };
  if (!isNew && (before === undefined || digestOf(before) !== base))
    return {
      outcome: 'stale',
      why: `${path} was changed by somebody since you opened it. Your text is kept below: open the challenge anew in another window, and bring your changes into it.`,
    };
  if (data && (await ports.drafts.exists(directory, data.path)))
    return {
      outcome: 'refused',
      why: `There is a file ${data.path} already, and none is overwritten: name the source otherwise.`,
    };
  const own = new Set([...texts.keys(), ...(data ? [data.path] : [])]);
  const valid = checked.challenges.some(({ file }) => file === path);
  if (!valid || !isAcceptable(checked.problems.filter(({ file }) => own.has(file))))
    return { outcome: 'faulty', why: 'Not saved: there are problems, which stand at their fields and lines.' };
  return undefined;
}

/** The same files have the same branch: saved twice, they are one pull request. */
function nameOf(files: readonly { path: string; contents: Buffer }[]): string {
  const hash = createHash('sha256');
  for (const { path, contents } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(`${path}\0${contents.length}\0`).update(contents);
  return hash.digest('hex').slice(0, 12);
}
