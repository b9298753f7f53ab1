// Reads metrics/scores.json and its like: every number in it, by name.
import { parsePythonJson } from '../text/python-json.ts';

/** Numbers by name; a number inside an object is named `outer.inner`. Text that is not a JSON object is unreadable. */
export function readScores(text: string): Map<string, number> | { unreadable: string } {
  const parsed = parsePythonJson(text);
  if ('unreadable' in parsed) return { unreadable: 'the scores are not JSON' };
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { unreadable: 'the scores are not an object' };
  }
  const scores = new Map<string, number>();
  collect(value, '', scores);
  return scores;
}

const DEEPEST = 8;

function collect(value: object, prefix: string, into: Map<string, number>, depth = 0): void {
  for (const [key, one] of Object.entries(value)) {
    const name = prefix + key;
    if (typeof one === 'number' && Number.isFinite(one)) into.set(name, one);
    else if (typeof one === 'object' && one !== null && depth < DEEPEST) collect(one, `${name}.`, into, depth + 1);
  }
}
