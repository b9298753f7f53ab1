// Where the source of a challenge is on this machine: in the checked-out course, or fetched from elsewhere.
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import type { SourceAccess } from './fetch-source.ts';
import { insideOf } from './inside-of.ts';
import { SourceVersions } from './source-versions.ts';

/** Which version of a remote source: fetched again, the one of this digest, or the last one fetched. */
export type Wanted = { refresh?: boolean; sha256?: string };

type Locating = {
  /** The checked-out course repository. */
  course: string;
  /** Where fetched sources are kept. */
  kept: string;
  ways: SourceAccess;
};

/** Throws `source_missing` for a path that leads out of the course, by a link as well. */
export async function locateSource(source: string, { course, kept, ways }: Locating, wanted: Wanted): Promise<string> {
  if (!isRemoteSource(source)) return insideOf(course, source);
  const versions = new SourceVersions(source, kept, ways);
  return wanted.sha256 === undefined ? versions.latest(wanted.refresh === true) : versions.version(wanted.sha256);
}
