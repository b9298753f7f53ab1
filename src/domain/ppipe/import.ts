// A P-pipe challenge → the text of a challenge.yml, with notes on what could not be carried over as it was.
import { decodeText, positionAt } from '../text/decode-text.ts';
import { toChallenge } from './challenge.ts';
import type { ImportedChallenge } from './challenge.ts';
import { readPpipeChallenge } from './file.ts';
import type { Problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-codes.ts';
import { jsonFault } from '../text/json-fault.ts';

export type Imported = { challenges: ImportedChallenge[]; problems: Problem[] };

/** Takes one challenge, a list of them (as `GET /api/challenges` answers), or `{ challenges: [...] }`. */
export function importPpipe(bytes: Uint8Array, file = 'challenge.json'): Imported {
  const decoded = decodeText(bytes, file);
  if (!('text' in decoded)) return { challenges: [], problems: [decoded] };
  const problem = (line: number, column: number, code: ProblemCode, message: string): Problem => ({
    file,
    line,
    column,
    level: 'error',
    code,
    message,
  });
  let json: unknown;
  try {
    json = JSON.parse(decoded.text);
  } catch (error) {
    const offset = jsonFault(decoded.text) ?? 0;
    const { line, column } = positionAt(decoded.text, offset);
    return { challenges: [], problems: [problem(line, column, 'bad-json', (error as Error).message.slice(0, 200))] };
  }
  const wrapped = typeof json === 'object' && json !== null && 'challenges' in json ? json.challenges : json;
  const imported: Imported = { challenges: [], problems: [] };
  for (const [index, value] of (Array.isArray(wrapped) ? wrapped : [wrapped]).entries()) {
    const read = readPpipeChallenge(value);
    if ('value' in read) imported.challenges.push(toChallenge(read.value, read.notes));
    else {
      const place = Array.isArray(wrapped) ? `challenge ${index + 1}: ` : '';
      imported.problems.push(
        ...read.faults.map(({ path, message }) =>
          problem(1, 1, 'ppipe-field', `${place}\`${path.join('.')}\`: ${message}`),
        ),
      );
    }
  }
  if (imported.challenges.length + imported.problems.length === 0)
    imported.problems.push(problem(1, 1, 'ppipe-empty', 'there is no challenge in this file'));
  return imported;
}
