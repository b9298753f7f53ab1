// How sources from elsewhere are fetched and slices are sent there: public addresses only, and rclone's configured remotes.
import type { Ways } from '../dataset/fetch-source.ts';
import { createGuardedFetch } from '../endpoint/guarded-fetch.ts';
import { openRclone } from '../rclone/open-rclone.ts';
import { RcloneError } from '../rclone/rclone-error.ts';

const largestDownload = 64 * 2 ** 30;
const longestDownload = 6 * 3_600_000;

export function waysOut(env: Readonly<Record<string, string | undefined>>): Ways {
  const limits = { redirects: 5, maxBytes: largestDownload, timeoutMs: longestDownload };
  return {
    async download(url) {
      const guarded = createGuardedFetch();
      const { status, chunks } = await guarded(url, limits);
      return { status, chunks: closing(chunks, () => guarded.close()) };
    },
    copyRemote: (remote, to) => openRclone({ env }).fetch(remote, to),
  };
}

async function* closing(chunks: AsyncIterable<Buffer>, close: () => Promise<void>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } finally {
    await close();
  }
}

/** Puts a file at a remote. A remote that is not configured is for a person to mend; a copy that failed is tried again. */
export async function putRemote(
  env: Readonly<Record<string, string | undefined>>,
  file: string,
  remote: string,
  name: string,
): Promise<string> {
  try {
    return (await openRclone({ env }).put(file, remote, name)).target;
  } catch (error) {
    if (error instanceof RcloneError && !error.retryable) throw Object.assign(error, { permanent: true });
    throw error;
  }
}
