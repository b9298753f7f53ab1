// A challenge that somebody is writing: tried against a checked-out course, which stays as it is.
import type { Difference } from '../domain/draft/column-difference.ts';
import type { Problem } from '../domain/text/problem.ts';
import type { CourseSnapshot } from './github.ts';

/** A file from somebody's browser, on this machine for some hours. */
export type Upload = { id: string; name: string; bytes: number };

/** What is laid over the course: texts by path, and an upload by the path where it will be. */
export type Overlay = {
  texts: ReadonlyMap<string, string>;
  data?: { path: string; upload: string };
  /** Sources from elsewhere that the course has already: only these are read. */
  known: ReadonlySet<string>;
};

export type SketchedRelease = { name: string; rows: number; first?: string; last?: string };

/** What students would get, cut from the data. */
export type Sketch = {
  /** The slice of the first release. */
  slice: { rows: number; bytes: number; columns: string[]; sha256: string };
  releases: SketchedRelease[];
  /** The column that gives the order: its first and last value are shown of each release. Without it, the first and last row are. */
  column?: string;
  columns: string[];
  /** The first rows of the first release. */
  rows: Readonly<Record<string, string>>[];
  /** For each drift what it does to the first release that it changes. */
  drift: Difference[];
};

export type CheckedDraft = Omit<CourseSnapshot, 'directory' | 'files' | 'isEmpty'> & { sketch?: Sketch };

/** What `practicum new` would write for an upload. `source`: where the data would be. */
export type ProposedDraft = {
  name: string;
  source: string;
  texts: ReadonlyMap<string, string>;
  notes: readonly string[];
  problems: Problem[];
};

/** What the person chose by now, instead of what would be proposed. */
export type ProposeBy = { timezone: string; now: Date; target?: string; order?: string };

export interface Drafts {
  /** Throws `upload-too-large`, `upload-refused`. */
  keep(organisation: string, name: string, chunks: AsyncIterable<Uint8Array>): Promise<Upload>;
  upload(organisation: string, id: string): Promise<Upload | undefined>;
  /** Its bytes, for the commit. */
  bytes(organisation: string, id: string): Promise<Buffer>;
  /** Throws `upload-refused` with words for a person. */
  propose(organisation: string, directory: string, id: string, how: ProposeBy): Promise<ProposedDraft>;
  /** The text of a file of a checked-out course; undefined where there is none. */
  text(directory: string, path: string): Promise<string | undefined>;
  exists(directory: string, path: string): Promise<boolean>;
  /** Files that may be a source, by their names; so many at most. */
  sources(directory: string): Promise<string[]>;
  /** Everything that the check *plan* would find; `sketched` is the file of the challenge that is to be tried on its data. */
  check(organisation: string, directory: string, overlay: Overlay, sketched: string): Promise<CheckedDraft>;
}
