// The end of a term: course, gradebook, ledger and every repository, one after another, for one file that says what is in it.
import type { CutEvidence } from '../../domain/evidence/evidence.ts';
import { EXPORT_FORMATS, exportGrades } from '../../domain/grade/grades-export.ts';
import { archiveFormat, ledgerPath, type ArchivedRepository, type ArchiveManifest } from '../../domain/term/archive.ts';
import type { GitHub } from '../../ports/github.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { InForce } from '../course/in-force.ts';
import { readGradebook } from '../grade/read-gradebook.ts';
import { storedLines } from './verify-stored.ts';

/** Where the parts go: `file` gives a path to write to, and takes what was written there into the archive. */
export type ArchiveSink = {
  text: (path: string, chunks: AsyncIterable<string> | Iterable<string>) => Promise<void>;
  file: <T>(path: string, write: (to: string) => Promise<T>, isThere: (result: T) => boolean) => Promise<T>;
};

type Asked = { found: InForce; now: Date; github: GitHub | undefined; sink: ArchiveSink };

/** All but the list of files, which the sink has. */
export async function archiveTerm(
  store: Store,
  { found, now, github, sink }: Asked,
): Promise<Omit<ArchiveManifest, 'files'>> {
  const { record, course } = found;
  const { organisation } = record;
  const paths = Object.keys(record.files).toSorted();
  for (const path of paths) await sink.text(`course/${path}`, [record.files[path]!]);
  const head = await store.snapshot(`archive/${organisation}`, async (inside) => {
    const book = await readGradebook(inside, { ...found, organisation, now });
    for (const format of EXPORT_FORMATS) await sink.text(`grades/${format}.csv`, [exportGrades(book, format)]);
    await sink.text(ledgerPath, withEnds(storedLines(inside, organisation)));
    return inside.ledgerHead(organisation);
  });
  const repositories: ArchivedRepository[] = [];
  for (const each of await store.studentRepositories(organisation)) {
    if (each.repositoryId === undefined) continue;
    const frozen = await frozenIn(store, found, each);
    repositories.push({ name: each.name, owner: each.owner, frozen, ...(await bundle(github, each, frozen, sink)) });
  }
  return {
    format: archiveFormat,
    version: 1,
    organisation: record.login,
    title: course.title,
    commit: record.commitSha,
    at: now.toISOString(),
    ledgerHead: head?.hash ?? null,
    repositories,
  };
}

async function bundle(
  github: GitHub | undefined,
  { name, repositoryId }: StudentRepository,
  frozen: Record<string, string>,
  sink: ArchiveSink,
): Promise<Pick<ArchivedRepository, 'state' | 'lost'>> {
  if (!github) return { state: 'left-out', lost: [] };
  const present = await github.studentRepositories.locate(repositoryId!);
  if (present === undefined) return { state: 'gone', lost: Object.keys(frozen) };
  return sink.file(
    `repositories/${name}.bundle`,
    (to) => github.archives.bundle(present, Object.entries(frozen), to),
    ({ state }) => state === 'bundled',
  );
}

/** The commit of each challenge that is over for them: the latest cut counts, as an extension moves it. */
async function frozenIn(
  store: Store,
  { record, challenges }: InForce,
  { owner, name }: StudentRepository,
): Promise<Record<string, string>> {
  const frozen: Record<string, string> = {};
  for (const { name: challenge } of challenges) {
    const cuts = (await store.evidence(record.organisation, challenge, owner, ['cut'])).filter(
      (evidence): evidence is CutEvidence =>
        evidence.kind === 'cut' && evidence.repository.toLowerCase().endsWith(`/${name.toLowerCase()}`),
    );
    const last = cuts.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
    if (last) frozen[challenge] = last.commit;
  }
  return frozen;
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
