// Bytes of a file that a person wrote → text, or the problem that makes it unreadable.
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';

/** Larger files are refused before they are looked at: no course file comes near this size. */
export const maxTextBytes = 1024 * 1024;

const utf8 = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text without a byte order mark and with `\n` as the only line end; or one problem that says where it stops being text. */
export function decodeText(bytes: Uint8Array, file: string, limit = maxTextBytes): { text: string } | Problem {
  if (bytes.length > limit) {
    const message = `the file is larger than ${limit / 1024} KiB, and is not read`;
    return unreadable(file, 1, 1, 'file-too-large', message, 'keep data in its own file and name it here');
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return unreadable(file, 1, 1, 'not-utf8', 'the file is UTF-16, not UTF-8', 'save it as UTF-8');
  }
  let text: string;
  try {
    text = utf8().decode(bytes);
  } catch {
    return { ...invalidByte(bytes, file) };
  }
  text = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  const control = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/.exec(text);
  if (control) {
    const { line, column } = positionAt(text, control.index);
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0');
    return unreadable(file, line, column, 'control-character', `control character U+${code.toUpperCase()} in the text`);
  }
  return { text };
}

/** A line feed is never part of a longer UTF-8 sequence, so the first line that does not decode holds the bad byte. */
function invalidByte(bytes: Uint8Array, file: string): Problem {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next;
    const part = bytes.subarray(start, end);
    try {
      utf8().decode(part);
    } catch {
      const column = new TextDecoder('utf-8', { ignoreBOM: true }).decode(part).indexOf('\uFFFD') + 1;
      return unreadable(
        file,
        line,
        Math.max(1, column),
        'not-utf8',
        'this line is not valid UTF-8',
        'save it as UTF-8',
      );
    }
    start = end + 1;
  }
  return unreadable(file, 1, 1, 'not-utf8', 'the file is not valid UTF-8', 'save it as UTF-8');
}

/** 1-based line and column of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

function unreadable(
  file: string,
  line: number,
  column: number,
  code: ProblemCode,
  message: string,
  hint?: string,
): Problem {
  return { file, line, column, level: 'error', code, message, ...(hint === undefined ? {} : { hint }) };
}
