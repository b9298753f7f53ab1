// How a file in a student's branch differs from the one that was sent.

export type AlterationKind =
  | 'line ends'
  | 'trailing blanks'
  | 'encoding'
  | 'quotes or separator'
  | 'pointer of LFS'
  | 'pointer of DVC'
  | 'moved'
  | 'removed'
  | 'content';

/** More than one kind, where each was found on top of the other: a spreadsheet changes line ends and quotes alike. */
export type Alteration = { kinds: AlterationKind[]; movedTo?: string };

/** Undefined where nothing was altered. */
export function compareBytes(sent: Uint8Array, found: Uint8Array): AlterationKind[] | undefined {
  if (isSame(sent, found)) return undefined;
  if (lfsPointer.test(new TextDecoder().decode(found.subarray(0, 200)))) return ['pointer of LFS'];
  return compareTexts(sent, found);
}

/** Nothing is at its path any more: the same bytes may be elsewhere, or in the care of DVC. */
export function lostAs({ movedTo, underDvc }: { movedTo?: string; underDvc: boolean }): Alteration {
  if (movedTo !== undefined) return { kinds: ['moved'], movedTo };
  return { kinds: [underDvc ? 'pointer of DVC' : 'removed'] };
}

/** As it stands in a line: "altered: line ends". */
export function sayAlteration({ kinds, movedTo }: Alteration): string {
  return movedTo === undefined ? kinds.join(', ') : `moved to ${movedTo}`;
}

const lfsPointer = /^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\//;

type Step = { kind: AlterationKind; undo: (text: string) => string };
/** Each undoes one kind of change, on both sides. */
const steps: readonly Step[] = [
  { kind: 'line ends', undo: (text) => `${withoutLastLines(text.replace(/\r\n?/g, '\n'))}\n` },
  { kind: 'trailing blanks', undo: (text) => text.split('\n').map(trimLine).join('\n') },
  { kind: 'quotes or separator', undo: (text) => text.replaceAll('"', '').replace(/[;\t]/g, ',') },
];

/** By hand, because an expression would look for the end of the text from every empty line. */
function withoutLastLines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

/** A kind of change is there where all the others do not explain as much without it. */
function compareTexts(sent: Uint8Array, found: Uint8Array): AlterationKind[] {
  const [left, right] = [readText(sent), readText(found)];
  if (left === undefined || right === undefined) return ['content'];
  const rest = (undone: readonly Step[]): number => {
    const undo = (text: string): string => undone.reduce((so, step) => step.undo(so), text);
    return countDifferent(undo(left.text), undo(right.text));
  };
  const least = rest(steps);
  return [
    ...(left.form === right.form ? [] : (['encoding'] as const)),
    ...steps.filter((step) => rest(steps.filter((candidate) => candidate !== step)) > least).map(({ kind }) => kind),
    ...(least === 0 ? [] : (['content'] as const)),
  ];
}

function countDifferent(a: string, b: string): number {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const [longer, shorter] = left.length > right.length ? [left, right] : [right, left];
  return longer.reduce((count, line, index) => count + (line === shorter[index] ? 0 : 1), 0);
}

/** A line end of Windows stays: that is another kind. */
function trimLine(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  let length = line.length - end.length;
  while (length > 0 && (line[length - 1] === ' ' || line[length - 1] === '\t')) length--;
  return line.slice(0, length) + end;
}

type Text = { form: string; text: string };

/** Undefined for what is no text. What is not UTF-8 is read as Windows wrote it before. */
function readText(bytes: Uint8Array): Text | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { form: 'utf-16le', text: new TextDecoder('utf-16le').decode(bytes) };
  if (first === 0xfe && second === 0xff) return { form: 'utf-16be', text: new TextDecoder('utf-16be').decode(bytes) };
  if (bytes.includes(0)) return undefined;
  const marked = first === 0xef && second === 0xbb && third === 0xbf;
  try {
    return { form: marked ? 'marked' : 'utf-8', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { form: 'windows-1252', text: new TextDecoder('windows-1252').decode(bytes) };
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
