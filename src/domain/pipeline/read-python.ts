// Parameters in a Python file: `NAME = literal` at the top and in classes. Nothing is run; what is no literal is no parameter.
import { asPython } from './python-scalar.ts';
import { type Entry, readTree, type Say, start, type Tree } from './read-yaml.ts';

const assignment = /^(\s*)([A-Za-z_]\w*)\s*(?::[^=]*)?=(?!=)\s*(.*)$/;
const attribute = /^(\s*)self\.([A-Za-z_]\w*)\s*(?::[^=]*)?=(?!=)\s*(.*)$/;

/** Longer is data, not a parameter. */
const longestLiteral = 10_000;

/** A map of the constants and, by class, of theirs. */
export function readPython(text: string, _say: Say): Tree {
  const root: Tree & { kind: 'map' } = { kind: 'map', at: start, entries: [] };
  let inClass: (Tree & { kind: 'map' }) | undefined;
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const at = { line: index + 1, column: 1 };
    const named = /^class\s+([A-Za-z_]\w*)/.exec(line)?.[1];
    if (named !== undefined) {
      inClass = { kind: 'map', at, entries: [] };
      put(root.entries, { key: named, keyAt: at, value: inClass });
      continue;
    }
    const found = line.length > longestLiteral ? null : (assignment.exec(line) ?? attribute.exec(line));
    if (/^\S/.test(line) && !found) inClass = undefined;
    if (!found) continue;
    const [, indent = '', key = '', first = ''] = found;
    if (indent === '') inClass = undefined;
    else if (!inClass) continue;
    // A literal may go on over lines, as long as a bracket is open.
    let literal = first;
    while (isOpen(literal) && index + 1 < lines.length && literal.length < longestLiteral)
      literal += `\n${lines[++index]!}`;
    const value = readLiteral(literal);
    if (value) put((indent === '' ? root : inClass!).entries, { key, keyAt: at, value });
  }
  return root;
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
  const value = tree && asPython(tree);
  return value?.kind === 'list' && bare(text).includes('(') ? { ...value, hasTuple: true } : value;
}
