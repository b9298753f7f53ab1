// Reads a term line by line. What is not understood — altered, cut off, of a newer format — is a problem, and ends the reading.
import { criteriaOf } from './blame.ts';
import { canonicalJson } from '../text/canonical-json.ts';
import type { ProblemCode } from '../text/problem-codes.ts';
import type { Problem } from '../text/problem.ts';
import { termFormat, termLine, termVersion, type TermLine } from './line.ts';
import { firstSeal, sealLine } from './seal.ts';

type Fault = { code: ProblemCode; message: string; hint: string };

const again = 'Export the term again, or take a copy that was not edited.';

/** Hands out each line that is sound, and returns what ended it early. */
export function* readTerm(file: string, lines: Iterable<string>): Generator<TermLine, Problem | undefined> {
  let place = 0;
  let previous = firstSeal;
  let ended = false;
  const problem = ({ code, message, hint }: Fault): Problem => ({
    file,
    line: Math.max(1, place),
    column: 1,
    level: 'error',
    code,
    message,
    hint,
  });
  for (const text of lines) {
    place++;
    if (ended) return problem({ code: 'term-altered', message: 'something follows the end of the term', hint: again });
    const read = readLine(text, place, previous);
    if ('fault' in read) return problem(read.fault);
    const { line } = read;
    previous = line.seal;
    ended = line.kind === 'end';
    yield line;
  }
  if (place === 0) return problem(notATerm);
  if (!ended)
    return problem({
      code: 'term-cut-off',
      message: `the term ends after line ${place} without saying so: the rest of it is missing`,
      hint: again,
    });
  return undefined;
}

const notATerm: Fault = {
  code: 'term-format',
  message: 'this is not a term: its first line does not say so',
  hint: 'Give a file that `practicum term export` has written.',
};

function readLine(text: string, place: number, previous: string): { line: TermLine } | { fault: Fault } {
  const value = parse(text);
  if (place === 1) {
    const fault = value ? lookAtHead(value) : notATerm;
    if (fault) return { fault };
  }
  if (!value)
    return {
      fault: { code: 'term-cut-off', message: 'the line is not whole JSON: it was cut off or altered', hint: again },
    };
  const { seal, ...content } = value;
  if (!isSealed(content, seal, previous)) return { fault: altered(value) };
  const line = termLine.safeParse(value);
  if (line.success) return place > 1 && line.data.kind === 'term' ? { fault: altered(value) } : { line: line.data };
  const [issue] = line.error.issues;
  const where = issue?.path.join('.') || 'the line';
  const message = `${where}: ${issue?.message ?? 'not understood'}`;
  return {
    fault: { code: 'term-unknown', message, hint: 'Use the version of Practicum that wrote it, or a newer one.' },
  };
}

/** What has no canonical form (a number beyond all bounds, objects in objects without end) was never sealed. */
function isSealed(content: object, seal: unknown, previous: string): boolean {
  try {
    return seal === sealLine(previous, canonicalJson(content));
  } catch (error) {
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
    return false;
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    // Editors put a byte order mark before the first line.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function lookAtHead({ kind, format, version }: Record<string, unknown>): Fault | undefined {
  if (kind !== 'term' || format !== termFormat) return notATerm;
  if (version === termVersion) return undefined;
  const newer = typeof version === 'number' && version > termVersion;
  const message = `the term is written in version ${JSON.stringify(version)} of its format; this Practicum reads version ${termVersion}`;
  return newer
    ? { code: 'term-newer', message, hint: 'Update Practicum, then replay it.' }
    : { code: 'term-format', message, hint: again };
}

/** Names what the line is about: whoever altered it left that as it was, or moved it. */
function altered(value: Record<string, unknown>): Fault {
  const about = subject(value);
  const message = `${about} was altered, or a line before it was removed, added or moved: its seal does not match`;
  return { code: 'term-altered', message, hint: again };
}

function subject(value: Record<string, unknown>): string {
  const { kind, evidence } = value;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '?');
  if (kind === 'evidence' && typeof evidence === 'object' && evidence !== null) {
    const item = evidence as Record<string, unknown>;
    const counts = criteriaOf(item['kind']);
    const serves = counts.length > 0 ? ` (${text(item['kind'])}, for ${counts.join(', ')})` : '';
    return `${text(item['id'])}${serves} of ${text(item['owner'])} in ${text(item['challenge'])}`;
  }
  const shipment = value['shipment'] as Record<string, unknown> | undefined;
  const student = value['student'] ?? shipment?.['owner'];
  return `${text(kind)}${typeof student === 'string' ? ` of ${student}` : ''}`;
}
