// GitHub's filter patterns for branches, tags and paths: `*`, `**`, `?`, `+`, `[]`, and a leading `!` that takes back.

/** True when the last pattern that speaks about `name` includes it. A list of only `!` patterns includes nothing. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  let included = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (toRegExp(negated ? pattern.slice(1) : pattern).test(name)) included = !negated;
  }
  return included;
}

function toRegExp(pattern: string): RegExp {
  let source = '';
  // `?` and `+` repeat a character or a set; after anything else they stand for themselves.
  let repeatable = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const token = readToken(pattern, at, repeatable);
    source += token.source;
    at += token.length - 1;
    repeatable = token.source !== '' && char !== '*' && !(repeatable && (char === '?' || char === '+'));
  }
  return new RegExp(`^${source}$`);
}

function readToken(pattern: string, at: number, repeatable: boolean): { source: string; length: number } {
  const char = pattern.charAt(at);
  if (pattern.startsWith('**/', at)) return { source: '(?:.*/)?', length: 3 };
  if (pattern.startsWith('**', at)) return { source: '.*', length: 2 };
  if (char === '*') return { source: '[^/]*', length: 1 };
  if ((char === '?' || char === '+') && repeatable) return { source: char, length: 1 };
  const set = char === '[' ? /^\[([^\]]+)\]/.exec(pattern.slice(at)) : null;
  if (set?.[1] !== undefined && isSet(set[1])) return { source: `[${escapeSet(set[1])}]`, length: set[0].length };
  if (char === '\\' && at + 1 < pattern.length) return { source: escape(pattern.charAt(at + 1)), length: 2 };
  return { source: escape(char), length: 1 };
}

function escapeSet(text: string): string {
  return text.replace(/[\\^]/g, '\\$&');
}

/** False for a range that runs backwards: such a set is taken as plain characters. */
function isSet(text: string): boolean {
  try {
    return new RegExp(`[${escapeSet(text)}]`).source !== '';
  } catch {
    return false;
  }
}

function escape(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
