// Drafts of challenges on this machine: uploads, what `practicum new` proposes for them, and the check of a text against its data.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetSlices } from '../../dataset/slice/open-slices.ts';
import { DatasetError } from '../../dataset/work/dataset-error.ts';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import { Failure } from '../../domain/text/failure.ts';
import type { CheckedDraft, Drafts, Overlay, ProposeBy, ProposedDraft, Sketch } from '../../ports/drafts.ts';
import { makeCourse } from '../make/make-course.ts';
import { WrongUse } from '../make/wrong-use.ts';
import { readCourseFolder, type ReadFolder } from '../read-course-folder.ts';
import { withTree } from './overlay-tree.ts';
import { sketchChallenge, sketchKey } from './sketch.ts';
import { openUploads } from './uploads.ts';

/** Data is read as often as somebody types: so many at a time, and of larger files no slices are cut. */
const mostAtOnce = 2;
const mostSketchedBytes = 256 * 2 ** 20;
const mostSources = 200;
const mostRemembered = 20;

export function openDrafts(home: string, sources: Pick<DatasetSlices, 'locate'>): Drafts {
  const uploads = openUploads(join(home, 'uploads'));
  const trees = join(home, 'trees');
  const inTurn = turns(mostAtOnce);
  const remember = memory<ProposedDraft>(mostRemembered);
  const sketches = memory<Sketch>(mostRemembered);
  return {
    keep: uploads.keep,
    upload: uploads.find,
    bytes: uploads.bytes,
    async propose(organisation, directory, id, how) {
      const data = await uploads.path(organisation, id);
      // An upload never changes, and its proposal is asked for with every preview.
      const { timezone, target = '', order = '' } = how;
      return remember(JSON.stringify([data, directory, timezone, target, order]), () =>
        inTurn(() =>
          withTree(trees, directory, { texts: new Map() }, async (tree) => {
            const { copied, ...proposed } = await proposeIn(tree, data, how);
            if (copied) await uploads.keepCopy(organisation, id, join(tree, proposed.source));
            return proposed;
          }),
        ),
      );
    },
    text: (directory, path) =>
      readFile(join(directory, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw error;
      }),
    exists: (directory, path) =>
      stat(join(directory, path)).then(
        () => true,
        () => false,
      ),
    sources: listSources,
    check: (organisation, directory, { texts, data, known }, sketched) =>
      inTurn(async () => {
        const from = data && (await uploads.readable(organisation, data.upload));
        const files = new Map(data && from !== undefined ? [[data.path, from]] : []);
        return withTree(trees, directory, { texts, files }, (tree) =>
          checkIn(tree, directory, sketched, { locate: sources.locate, sketches, known }),
        );
      }),
  };
}

async function proposeIn(
  tree: string,
  data: string,
  { now, ...chosen }: ProposeBy,
): Promise<ProposedDraft & { copied: boolean }> {
  const work = await mkdtemp(`${tree}-work-`);
  try {
    const made = await makeCourse(data, { out: tree, ...chosen }, { work, env: {}, cwd: tree, now });
    const texts = new Map<string, string>();
    let source = '';
    for (const path of made.files) {
      if (path.startsWith('data/')) source = path;
      else texts.set(path, await readFile(join(tree, path), 'utf8'));
    }
    const name = /^challenges\/([^/]+)\//.exec(made.files.find((path) => path.startsWith('challenges/')) ?? '')?.[1];
    return { name: name ?? '', source, texts, notes: made.notes, problems: made.problems, copied: made.copied };
  } catch (error) {
    if (!(error instanceof WrongUse) && !(error instanceof DatasetError)) throw error;
    const said = error.message
      .replaceAll(`${tree}/`, '')
      .replace(/: choose another .*$/, ': give the file another name');
    throw new Failure('upload-refused', said, { cause: error });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function checkIn(
  tree: string,
  directory: string,
  sketched: string,
  {
    locate: find,
    sketches,
    known,
  }: Pick<DatasetSlices, 'locate'> & Pick<Overlay, 'known'> & { sketches: Memory<Sketch> },
): Promise<CheckedDraft> {
  // What is elsewhere is fetched when the pull request is checked, not while somebody types its address.
  const locate = (source: string): Promise<string> =>
    isRemoteSource(source) && !known.has(source)
      ? Promise.reject(new DatasetError('source_unreadable', `\`${source}\` is read when the pull request is checked`))
      : find(source, directory);
  const read = await readCourseFolder(tree, undefined, undefined, undefined, locate);
  const sketch = await sketchIn(tree, read, sketched, { sketches, locate });
  const { course, challenges, owners, facts, counts, problems } = read;
  return { course, challenges, owners, facts, counts, problems, ...(sketch ? { sketch } : {}) };
}

async function sketchIn(
  tree: string,
  read: ReadFolder,
  sketched: string,
  { sketches, locate }: { sketches: Memory<Sketch>; locate: (source: string) => Promise<string> },
): Promise<Sketch | undefined> {
  const { course, challenges, owners, facts } = read;
  const challenge = challenges.find(({ file }) => file === sketched);
  const known = challenge && facts[challenge.dataset.source];
  if (!challenge || !known) return undefined;
  const named = challenge.dataset.source;
  const source = isRemoteSource(named) ? await locate(named) : join(tree, named);
  if ((await stat(source)).size > mostSketchedBytes) return undefined;
  const tried = { course, challenge, owners, facts: known, source };
  const key = sketchKey(tried);
  const work = await mkdtemp(`${tree}-work-`);
  try {
    const sketch = (): Promise<Sketch> => sketchChallenge(tried, work);
    return await (key === undefined ? sketch() : sketches(key, sketch));
  } catch (error) {
    // What is wrong with the data has its problem already.
    if (error instanceof DatasetError) return undefined;
    throw error;
  }
}

async function listSources(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'data')).catch(() => []);
  return names
    .toSorted()
    .slice(0, mostSources)
    .map((name) => `data/${name}`);
}

type Memory<T> = (key: string, work: () => Promise<T>) => Promise<T>;

/** The last results by key; what failed is tried again. */
function memory<T>(most: number): Memory<T> {
  const known = new Map<string, Promise<T>>();
  return (key, work) => {
    const found = known.get(key) ?? work();
    known.delete(key);
    known.set(key, found);
    found.catch(() => known.delete(key));
    if (known.size > most) known.delete(known.keys().next().value!);
    return found;
  };
}

function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= most) await new Promise<void>((go) => waiting.push(go));
    else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
