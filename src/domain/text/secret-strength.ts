// How many bits of entropy a secret can have at most, by its length and the characters it is made of. Generous: what is
// refused by this can be guessed.

/** Each alphabet with the number of its characters, from the smallest. */
const alphabets: readonly [RegExp, number][] = [
  [/^[01]*$/, 2],
  [/^[0-9]*$/, 10],
  [/^(?:[0-9a-f]*|[0-9A-F]*)$/, 16],
  [/^(?:[a-z]*|[A-Z]*)$/, 26],
  [/^(?:[0-9a-z]*|[0-9A-Z]*)$/, 36],
  [/^(?:[0-9a-z_-]*|[0-9A-Z_-]*)$/, 38],
  [/^[0-9A-Za-z_+/=-]*$/, 64],
];
const printable = 94;
/** Fewer different characters than this are a pattern, not chance. */
const leastDifferent = 8;
/** A word is one choice among some thousands, however long it is. */
const bitsOfWord = 13;
/** Letters between signs or digits that look like words: of one case, or with capitals at their beginnings. */
const words = /^(?:[a-z]{3,14}|[A-Z]{3,14}|(?:[A-Z][a-z]{3,13})+)$/;
/** Where more than this share is words, it is a phrase. */
const mostWords = 0.7;
const leastVowels = 0.2;
const mostVowels = 0.7;

export function bitsOf(secret: string): number {
  const core = secret.slice(0, periodOf(secret));
  if (new Set(core).size < leastDifferent) return 0;
  const size = alphabets.find(([pattern]) => pattern.test(core))?.[1] ?? printable;
  const runs = core.split(/[^A-Za-z]+/).filter((run) => words.test(run) && canBeSaid(run));
  const inWords = runs.reduce((sum, { length }) => sum + length, 0);
  if (inWords <= core.length * mostWords) return core.length * Math.log2(size);
  const count = runs.reduce((sum, run) => sum + Math.max(1, run.match(/[A-Z](?=[a-z])/g)?.length ?? 0), 0);
  return (core.length - inWords) * Math.log2(size) + count * bitsOfWord;
}

/** Letters drawn by chance have few vowels, or many consonants in a row. */
function canBeSaid(run: string): boolean {
  const share = (run.match(/[aeiou]/gi) ?? []).length / run.length;
  return share >= leastVowels && share <= mostVowels && !/[^aeiou]{5}/i.test(run);
}

/** The length of what is said again and again: 3 of `abcabcabc`. */
function periodOf(text: string): number {
  const borders = [0];
  for (let at = 1, border = 0; at < text.length; at++) {
    while (border > 0 && text[at] !== text[border]) border = borders[border - 1]!;
    if (text[at] === text[border]) border++;
    borders[at] = border;
  }
  const period = text.length - (borders.at(-1) ?? 0);
  return period <= text.length / 2 ? period : text.length;
}
