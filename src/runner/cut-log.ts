// Keeps logs bearable: of one that has grown too long the beginning and the end stay, with a line that says what went.
import { closeSync, ftruncateSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** A log beyond `most` bytes is cut to its first and last `keep`. */
export type LogLimit = { most: number; keep: number };

const logLimit: LogLimit = { most: 64 * 1024 * 1024, keep: 1024 * 1024 };

/** The task may go on printing meanwhile: it appends, so what it prints next stands behind the cut. */
export function cutLog(path: string, { most, keep }: LogLimit = logLimit): void {
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch {
    return; // It printed nothing, or took its log away.
  }
  try {
    const { size } = fstatSync(file);
    if (size <= most) return;
    const head = readPart(file, 0, keep);
    const tail = readPart(file, size - keep, keep);
    const from = head.lastIndexOf(10) + 1 || head.length;
    const to = tail.indexOf(10) + 1;
    const note = `… ${size - from - (keep - to)} bytes were cut here: a log is kept up to ${most} bytes. Write what you need whole into a file.\n`;
    ftruncateSync(file, 0);
    const kept = Buffer.concat([head.subarray(0, from), Buffer.from(note), tail.subarray(to)]);
    for (let at = 0; at < kept.length;) at += writeSync(file, kept, at, kept.length - at, at);
  } finally {
    closeSync(file);
  }
}

function readPart(file: number, from: number, bytes: number): Buffer {
  const part = Buffer.alloc(bytes);
  let read = 0;
  for (let more = 1; more > 0 && read < bytes; read += more)
    more = readSync(file, part, read, bytes - read, from + read);
  return part.subarray(0, read);
}
