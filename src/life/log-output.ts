// Where log lines go: written beside the work, and dropped where nobody takes them. A full disk below the log, or a reader that
// has stopped, is no reason to hold up webhooks.
import { write, writeSync } from 'node:fs';

export type LogOutput = { write: (line: string) => void };

/** What may wait to be written, in characters. */
const usualMost = 1024 * 1024;
const againMs = 50;

/** By Node's own standard output, which opens a pipe so that it never blocks: a write that does would keep us from ending. */
export function logOutput(fd = process.stdout.fd, most = usualMost): LogOutput {
  let waiting: string[] = [];
  let size = 0;
  let writing = false;
  const put = (bytes: Buffer): void => {
    writing = true;
    write(fd, bytes, 0, bytes.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(put, againMs, bytes).unref();
      if (!error && written < bytes.length) return put(bytes.subarray(written));
      writing = false;
      next();
    });
  };
  const next = (): void => {
    if (!writing && waiting.length > 0) put(take());
  };
  const take = (): Buffer => {
    const bytes = Buffer.from(waiting.join(''));
    waiting = [];
    size = 0;
    return bytes;
  };
  process.once('exit', () => {
    // A reader that takes nothing would keep us from ending.
    if (writing || waiting.length === 0) return;
    try {
      writeSync(fd, take());
    } catch {
      // Nobody is left to be told.
    }
  });
  return {
    write(line) {
      if (size + line.length > most) return;
      waiting.push(line);
      size += line.length;
      next();
    },
  };
}
