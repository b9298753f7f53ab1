// Signs in others' texts that are not seen and do something: they steer a terminal, end a line, or turn the text around them.

/** With the flag `g`: for `replace`, not for `test`. */
export const unseen = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
const runs = new RegExp(`${unseen.source}+`, 'gu');

/** On one line, without such signs, as long as `most` letters. */
export function oneLine(text: string, most = 200): string {
  return text.replace(runs, ' ').slice(0, most);
}
