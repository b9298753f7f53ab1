// Parameters in a Python file: `NAME = literal` at the top and in classes. Nothing is run; what is no literal is no parameter.
import { asPython, isText } from './python-scalar.ts';
import { type Entry, readTree, type Say, start, type Tree } from './read-yaml.ts';

const assignment = /^(\s*)([A-Za-z_]\w*)\s*(?::[^=]*)?=(?!=)\s*(.*)$/;
const attribute = /^(\s*)self\.([A-Za-z_]\w*)\s*(?::[^=]*)?=(?!=)\s*(.*)$/;

/** Longer is data, not a parameter. */
const longestLiteral = 10_000;

/** A map of the constants and, by class, of theirs. */
export function readPython(text: string, _say: Say): Tree {
  const root: Tree & { kind: 'map' } = { kind: 'map', at: start, entries: [] };
  let inClass: ClassBody | undefined;
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const at = { line: index + 1, column: 1 };
    const named = /^class\s+([A-Za-z_]\w*)/.exec(line)?.[1];
    if (named !== undefined) {
      inClass = { map: { kind: 'map', at, entries: [] }, inInit: false };
      put(root.entries, { key: named, keyAt: at, value: inClass.map });
      continue;
    }
    const found = line.length > longestLiteral ? null : (assignment.exec(line) ?? attribute.exec(line));
    if (/^\S/.test(line) && !found) inClass = undefined;
    if (inClass) enter(inClass, line);
    if (!found) continue;
    const [, indent = '', key = '', first = ''] = found;
    if (indent === '') inClass = undefined;
    else if (!inClass || !isOwn(inClass, line)) continue;
    // A literal may go on over lines, as long as a bracket is open.
    let literal = first;
    while (isOpen(literal) && index + 1 < lines.length && literal.length < longestLiteral)
      literal += `\n${lines[++index]!}`;
    const value = readLiteral(literal);
    if (value) put((indent === '' ? root : inClass!.map).entries, { key, keyAt: at, value });
  }
  return root;
}

/** `indent`: of what stands in the class itself, and not in one of its methods or classes. */
type ClassBody = { map: Tree & { kind: 'map' }; indent?: string; inInit: boolean };

function enter(body: ClassBody, line: string): void {
  const indent = /^\s+(?=[^\s#])/.exec(line)?.[0];
  if (indent === undefined) return;
  body.indent ??= indent;
  if (indent === body.indent) body.inInit = /^\s*def __init__\b/.test(line);
}

function isOwn({ indent, inInit }: ClassBody, line: string): boolean {
  const own = /^\s*/.exec(line)![0];
  return /^\s*self\./.test(line) ? inInit && own !== indent : own === indent;
}

function put(entries: Entry[], entry: Entry): void {
  const before = entries.findIndex(({ key }) => key === entry.key);
  if (before >= 0) entries[before] = entry;
  else entries.push(entry);
}

/** The text with its strings and comments taken out, which leaves brackets that mean something. */
function bare(text: string): string {
  return text.replaceAll(/#[^\n]*|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/g, '');
}

function isOpen(text: string): boolean {
  const marks = bare(text);
  return (marks.match(/[[({]/g)?.length ?? 0) > (marks.match(/[\])}]/g)?.length ?? 0);
}

/** Python's literals are YAML's flow form but for a few words; undefined for anything that would have to be computed. */
function readLiteral(text: string): Tree | undefined {
  const pieces = text.match(/#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^#"']+/g) ?? [];
  let yaml = '';
  for (const piece of pieces) {
    if (piece.startsWith('#')) continue;
    if (piece.startsWith('"')) yaml += piece;
    else if (piece.startsWith("'")) yaml += JSON.stringify(piece.slice(1, -1).replaceAll("\\'", "'"));
    else {
      const rest = piece.replaceAll(/\b(?:True|False|None)\b/g, '').replaceAll(/\b\d[\w.]*(?:[eE][-+]?\d+)?/g, '');
      if (!/^[\s[\](){},:.+-]*$/.test(rest)) return undefined;
      yaml += piece
        .replaceAll(/\bNone\b/g, 'null')
        .replaceAll('(', '[')
        .replaceAll(')', ']')
        .replaceAll(/:(?=\S)/g, ': ');
    }
  }
  if (yaml.trim() === '') return undefined;
  const tree = readTree(new TextEncoder().encode(yaml.trim()), () => undefined);
  if (!tree || isComputed(tree)) return undefined;
  const value = asPython(tree);
  if (value.kind !== 'list' || !bare(text).includes('(')) return value;
  // One value in brackets is that value.
  return bare(text).includes(',') || value.items.length !== 1 ? { ...value, hasTuple: true } : value.items[0];
}

/** `1 + 1`, `1j` and sets are no values of YAML: a bare word, and keys without values. */
function isComputed(tree: Tree): boolean {
  if (tree.kind === 'list') return tree.items.some(isComputed);
  if (tree.kind === 'map') return tree.entries.some(({ value }) => isComputed(value));
  return tree.plain === true && (tree.source === '' || (typeof tree.value === 'string' && isText(tree.source)));
}
