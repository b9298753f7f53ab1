// "Did you mean …?": the known name nearest to a mistyped one.

/** Nobody mistypes a longer word, and hostile ones are longer. */
const longestWord = 64;
const mostKnown = 300;

/**
 * The known name within an edit distance of a third of the word's length (at least 2), or undefined. `most`: how many names are
 * compared at most; a file that names many things may be hostile, a list of our own may be longer.
 */
export function suggest(word: string, known: readonly string[], most = mostKnown): string | undefined {
  if (word.length > longestWord) return undefined;
  const limit = Math.max(2, Math.floor(word.length / 3));
  const sought = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of known.slice(0, most)) {
    // Lengths that differ by more cannot be nearer.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(sought, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance by the two-row dynamic programme; not counted on once it cannot be below `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    if (Math.min(...current) >= limit) return limit;
    previous = current;
  }
  return previous[b.length]!;
}
