// Where a text stops being JSON. Node tells the place of some faults only: not of a comma too many, nor of an early end.

const blanks = /[ \t\n\r]*/y;
const word = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

/** What may come next: `"` a text, `0` another value, or these marks themselves. */
const value = '"0{[';

/** The offset of the first part that cannot stand where it stands: the length of the text where it ends too early; undefined for JSON. */
export function jsonFault(text: string): number | undefined {
  const open: string[] = [];
  let wanted = value;
  let isKey = false;
  for (let at = skip(blanks, text, 0); ; at = skip(blanks, text, at)) {
    if (at === text.length) return open.length === 0 && wanted === '' ? undefined : at;
    const mark = text[at]!;
    const kind = '"{}[],:'.includes(mark) ? mark : '0';
    const end = mark === '"' ? endOfText(text, at) : kind === '0' ? skip(word, text, at) : at + 1;
    if (end <= at || !wanted.includes(kind)) return at;
    at = end;
    if (kind === '{' || kind === '[') open.push(kind);
    if (kind === '}' || kind === ']') open.pop();
    const inside = open.at(-1) === '{';
    if (kind === '{') wanted = '"}';
    else if (kind === '[') wanted = `${value}]`;
    else if (kind === ':') wanted = value;
    else if (kind === ',') wanted = inside ? '"' : value;
    else if (kind === '"' && isKey) wanted = ':';
    else wanted = open.length === 0 ? '' : inside ? ',}' : ',]';
    isKey = kind === '{' || (kind === ',' && inside);
  }
}

function skip(what: RegExp, text: string, at: number): number {
  what.lastIndex = at;
  return at + (what.exec(text)?.[0].length ?? 0);
}

/** Behind the quote that ends a text, or 0. By hand: an expression would keep the way back from every letter. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '"') return at + 1;
    if (letter < ' ') return 0;
    if (letter !== '\\') continue;
    const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6));
    if (!escape) return 0;
    at += escape[0].length;
  }
  return 0;
}
