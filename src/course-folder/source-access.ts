// How sources from elsewhere are fetched and slices are sent there: public addresses only, and rclone's configured remotes.
import type { SourceMark, SourceAccess } from '../dataset/source/fetch-source.ts';
import type { RemoteFaults } from '../ports/drills.ts';
import { openRclone } from '../rclone/open-rclone.ts';
import { RcloneError } from '../rclone/rclone-error.ts';

const largestDownload = 64 * 2 ** 30;
const longestDownload = 6 * 3_600_000;

/** `onBytes` hears how much of a download has arrived. */
export function sourceAccess(
  env: Readonly<Record<string, string | undefined>>,
  onBytes?: (bytes: number) => void,
): SourceAccess {
  const limits = { redirects: 5, maxBytes: largestDownload, timeoutMs: longestDownload };
  return {
    async download(url, known) {
      // Loaded only where it is used: most sources are in the course, and it takes a fifth of a command's start.
      const { createGuardedFetch } = await import('../endpoint/guarded-fetch.ts');
      const guarded = createGuardedFetch();
      const headers = {
        ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
        ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
      };
      const answer = await guarded(url, { ...limits, headers });
      if (answer.status !== 200) {
        answer.close();
        await guarded.close();
        return { status: answer.status, chunks: nothing() };
      }
      const chunks = closing(answer.chunks, () => guarded.close(), onBytes);
      return { status: answer.status, chunks, mark: markOf(answer.headers) };
    },
    copyRemote: (remote, to) => openRclone({ env }).fetch(remote, to),
    listRemote: (remote) => openRclone({ env }).list(remote),
  };
}

async function* nothing(): AsyncGenerator<Buffer> {}

function markOf(headers: Record<string, string | string[] | undefined>): SourceMark {
  const { etag, 'last-modified': lastModified } = headers;
  return {
    ...(typeof etag === 'string' ? { etag } : {}),
    ...(typeof lastModified === 'string' ? { lastModified } : {}),
  };
}

async function* closing(
  chunks: AsyncIterable<Buffer>,
  close: () => Promise<void>,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      onBytes?.(bytes);
      yield chunk;
    }
  } finally {
    await close();
  }
}

/** Puts a file at a remote. A remote that is not configured needs a person; a failed copy is retried. */
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

/** What a file is called at a remote while a drill keeps it from everybody: its bytes stay where they are. */
const hidden = (name: string): string => `${name}.unavailable`;

export function remoteFaults(env: Readonly<Record<string, string | undefined>>): RemoteFaults {
  return {
    hide: (remote, name) => openRclone({ env }).move(remote, name, hidden(name)),
    restore: (remote, name) => openRclone({ env }).move(remote, hidden(name), name),
  };
}
