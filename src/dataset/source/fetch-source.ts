// Brings a source that is elsewhere to this machine: from https:// through a guarded fetch, from a remote through rclone.
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import { DatasetError } from '../work/dataset-error.ts';

/** By what a source is known to be unchanged: what the server said of it, or what the remote lists. */
export type SourceMark = { etag?: string; lastModified?: string; listing?: string };

type Download = { status: number; chunks: AsyncIterable<Buffer>; mark?: SourceMark };

/** The ways out, given by the caller: this folder knows neither networks nor rclone. */
export type SourceAccess = {
  /** Must refuse addresses that are not public, redirects to such included. With `known`, 304 says that it is still that. */
  download?: (url: string, known?: SourceMark) => Promise<Download>;
  copyRemote?: (remote: string, to: string) => Promise<void>;
  /** Names, sizes, times and digests of what is at a remote, as one text that changes with them. */
  listRemote?: (remote: string) => Promise<string>;
};

/**
 * Fetches `source` to the path `to`, which appears only when all has arrived. Undefined when it is unchanged since `known`;
 * else by what it is known the next time. Throws `source_unreadable`.
 */
export async function fetchSource(
  source: string,
  to: string,
  ways: SourceAccess,
  known?: SourceMark,
): Promise<SourceMark | undefined> {
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  await rm(part, { recursive: true, force: true });
  try {
    if (!isRemoteSource(source) || /^http:/i.test(source)) {
      throw new DatasetError('source_unreadable', `${source} is neither an https:// address nor a remote`);
    }
    const way = /^https:/i.test(source) ? download : copy;
    const mark = await way(source, part, ways, known);
    if (mark === undefined) return undefined;
    await rm(to, { recursive: true, force: true });
    await rename(part, to);
    return mark;
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError('source_unreadable', `${source} cannot be fetched: ${reason}`, cause);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function download(
  url: string,
  to: string,
  ways: SourceAccess,
  known?: SourceMark,
): Promise<SourceMark | undefined> {
  if (!ways.download) throw new DatasetError('source_unreadable', `${url}: nothing is set up to fetch it`);
  const { status, chunks, mark = {} } = await ways.download(url, known);
  if (status === 304 && known) return undefined;
  if (status !== 200) throw new DatasetError('source_unreadable', `${url} answered with status ${status}`);
  await pipeline(chunks, createWriteStream(to));
  return mark;
}

async function copy(
  remote: string,
  to: string,
  ways: SourceAccess,
  known?: SourceMark,
): Promise<SourceMark | undefined> {
  if (!ways.copyRemote) throw new DatasetError('source_unreadable', `${remote}: rclone is not set up`);
  // Listed before it is copied: what changes in between is noticed the next time.
  const listing = await ways.listRemote?.(remote);
  if (known && listing !== undefined && known.listing === listing) return undefined;
  await ways.copyRemote(remote, to);
  return listing === undefined ? {} : { listing };
}
