// A challenge is opened to be written: a new one, one that an upload proposes, or the text that is on the default branch.
import { createHash } from 'node:crypto';
import { Failure } from '../../domain/text/failure.ts';
import type { Problem } from '../../domain/text/problem.ts';
import { flowYaml } from '../../domain/text/write-yaml.ts';
import { proposeSpan } from '../../domain/propose/propose-course.ts';
import { pathFault } from '../../domain/text/repository-path.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CourseSnapshot } from '../../ports/github.ts';
import type { CourseRecord } from '../../ports/records.ts';

export type DraftSite = { record: CourseRecord; head: { branch: string; commit: string }; snapshot: CourseSnapshot };

/** Which challenge is written, against what: a version of the course, and of its own text, which is empty for a new one. */
export type DraftPlace = { organisation: string; challenge?: string; commit: string; base: string; upload?: string };

export type OpenedDraft = { record: CourseRecord; place: DraftPlace; text: string; notes: readonly string[] };

/** At the head of the default branch; undefined where there is no course repository. */
export async function siteOf(ports: FlowPorts, organisation: string): Promise<DraftSite | undefined> {
  const record = await ports.store.course(organisation);
  if (!record || record.installationId === 0) return undefined;
  const { courseRepository } = ports.github(record);
  const head = await courseRepository.head(ports.courseRepository);
  if (!head) return undefined;
  return { record, head, snapshot: await courseRepository.snapshot(ports.courseRepository, head.commit) };
}

/** As of a commit that was the head when the page was opened: nobody is asked for it again. */
export async function siteAt(ports: FlowPorts, { organisation, commit }: DraftPlace): Promise<DraftSite | undefined> {
  if (!/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const record = await ports.store.course(organisation);
  if (!record || record.installationId === 0) return undefined;
  const snapshot = await ports.github(record).courseRepository.snapshot(ports.courseRepository, commit);
  return { record, head: { branch: '', commit }, snapshot };
}

/** Undefined where there is no such course or challenge. Throws `upload-refused` with words for a person. */
export async function openDraft(
  ports: FlowPorts,
  organisation: string,
  wanted: { challenge?: string; upload?: string },
): Promise<OpenedDraft | undefined> {
  const site = await siteOf(ports, organisation);
  if (!site) return undefined;
  const { record, head, snapshot } = site;
  const place = { organisation, commit: head.commit, base: '' };
  const now = ports.clock.now();
  const timezone = snapshot.course?.timezone ?? 'UTC';
  const { challenge, upload } = wanted;
  if (challenge !== undefined) {
    const text = await ports.drafts.text(snapshot.directory, fileOf(snapshot, challenge));
    if (text === undefined) return undefined;
    return { record, place: { ...place, challenge, base: digestOf(text) }, text, notes: [] };
  }
  if (upload === undefined) return { record, place, text: startingText(now, timezone), notes: [] };
  const made = await ports.drafts.propose(organisation, snapshot.directory, upload, { timezone, now });
  const text = made.texts.get(`challenges/${made.name}/challenge.yml`);
  if (text === undefined) throw new Failure('upload-refused', sayRefusal(made.problems));
  return { record, place: { ...place, upload }, text, notes: made.notes };
}

/** The first few: what is wrong with one row is often wrong with many. */
function sayRefusal(problems: readonly Problem[]): string {
  const errors = problems.filter(({ level }) => level === 'error');
  const said = errors.slice(0, 3).map(({ file, line, message, hint }) => {
    const place = `line ${line} of ${file.slice(file.lastIndexOf('/') + 1)}`;
    const bare = message.replaceAll(file, 'the file');
    return `${place}: ${bare}${hint === undefined ? '' : ` (${hint})`}`;
  });
  const more = errors.length > said.length ? `; and ${errors.length - said.length} more` : '';
  return said.length === 0 ? 'nothing can be made of the file' : `${said.join('; ')}${more}`;
}

/** Where the file of a challenge is; of one that is broken or new, where it belongs. */
export function fileOf({ challenges }: Pick<CourseSnapshot, 'challenges'>, challenge: string): string {
  const found = challenges.find(({ name }) => name === challenge)?.file;
  const path = found ?? `challenges/${challenge}/challenge.yml`;
  return pathFault(path) === undefined ? path : 'challenges/unnamed/challenge.yml';
}

/** By which a text is known again. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

function startingText(now: Date, timezone: string): string {
  const { starts, ends } = proposeSpan(now, timezone, 3);
  const lines: [string, string][] = [
    ['version', '1'],
    ['name', 'my-challenge'],
    ['title', 'My challenge'],
    ['starts', starts],
    ['ends', ends],
    ['dataset', flowYaml({ source: 'data/my-data.csv', hold_out: '20%' })],
    ['releases', flowYaml({ every: '7d', count: 3, path: 'data/incoming/{release}.csv', carrier: 'pull_request' })],
    ['score', flowYaml({ data: 30, pipeline: 40, freshness: 30 })],
  ];
  return lines.map(([key, value]) => `${key}: ${value}\n`).join('');
}
