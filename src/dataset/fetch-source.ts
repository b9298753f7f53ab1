// Brings a source that is elsewhere to this machine: from https:// through a guarded fetch, from a remote through rclone.
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRemoteSource } from '../domain/challenge-dataset.ts';
import { DatasetError } from './dataset-error.ts';

/** The ways out, given by the caller: this folder knows neither networks nor rclone. */
export type Ways = {
  /** Must refuse addresses that are not public, redirects to such included. */
  download?: (url: string) => Promise<{ status: number; chunks: AsyncIterable<Buffer> }>;
  copyRemote?: (remote: string, to: string) => Promise<void>;
};

/** Fetches `source` to the path `to`, which appears only when all has arrived. Throws `source_unreadable`. */
export async function fetchSource(source: string, to: string, ways: Ways): Promise<void> {
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  await rm(part, { recursive: true, force: true });
  try {
    if (source.startsWith('https://')) await download(source, part, ways);
    else if (isRemoteSource(source) && !/^https?:/i.test(source)) await copy(source, part, ways);
    else throw new DatasetError('source_unreadable', `${source} is neither an https:// address nor a remote`);
    await rm(to, { recursive: true, force: true });
    await rename(part, to);
  } catch (cause) {
    await rm(part, { recursive: true, force: true });
    if (cause instanceof DatasetError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError('source_unreadable', `${source} cannot be fetched: ${reason}`, cause);
  }
}

async function download(url: string, to: string, ways: Ways): Promise<void> {
  if (!ways.download) throw new DatasetError('source_unreadable', `${url}: nothing is set up to fetch it`);
  const { status, chunks } = await ways.download(url);
  if (status !== 200) throw new DatasetError('source_unreadable', `${url} answered with status ${status}`);
  await pipeline(chunks, createWriteStream(to));
}

async function copy(remote: string, to: string, ways: Ways): Promise<void> {
  if (!ways.copyRemote) throw new DatasetError('source_unreadable', `${remote}: rclone is not set up`);
  await ways.copyRemote(remote, to);
}
