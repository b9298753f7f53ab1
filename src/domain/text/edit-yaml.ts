// Changes single values of a YAML text that a person wrote: comments, order, and what nobody asked about stay.
import { isMap, isScalar, isSeq, parseYaml, readYamlValue, type Document, type YamlFault } from './parse-yaml.ts';
import { canonicalJson } from './canonical-json.ts';
import { valueAt } from './value-at.ts';
import { flowYaml } from './write-yaml.ts';

type Step = string | number;
/** Without a value, what stands there is taken out; so is a mapping or list that becomes empty by it. */
export type YamlChange = { path: readonly Step[]; value?: unknown };

/** In the order given. The text is as it was, byte for byte, where nothing is to be changed. */
export function editYaml(text: string, changes: readonly YamlChange[]): { text: string } | { problems: YamlFault[] } {
  let edited = text;
  for (const change of changes) {
    const read = parseYaml(edited);
    if ('problems' in read) return read;
    const { document } = read.parsed;
    const spliced = splice(edited, document, change);
    if (spliced !== undefined) {
      edited = spliced;
      continue;
    }
    try {
      apply(document, change);
    } catch {
      // An alias, or a plain value where the path goes on.
      const message = `\`${change.path.join('.')}\` cannot be changed from here: change it in the text`;
      return { problems: [{ line: 1, column: 1, code: 'yaml-aliases', message }] };
    }
    edited = document.toString({ lineWidth: 0, flowCollectionPadding: /\{ /.test(edited) || !/\{\S/.test(edited) });
  }
  return { text: edited };
}

/** Puts a value in the place of another, when both stand on their own: not a letter around it changes. */
function splice(text: string, document: Document, { path, value }: YamlChange): string | undefined {
  if (value === undefined) return undefined;
  const node: unknown = document.getIn(path, true);
  const alone = isScalar(node) || ((isMap(node) || isSeq(node)) && node.flow === true);
  if (!alone || !node.range || node.anchor !== undefined || node.tag !== undefined) return undefined;
  const [from, to] = node.range;
  const quoted = isScalar(node) && node.type === 'QUOTE_DOUBLE' && typeof value === 'string';
  // Inside brackets, so that a comma in it is quoted.
  const written = quoted ? JSON.stringify(value) : flowYaml([value]).slice(1, -1).trim();
  if (from === to || written.includes('\n') || text.slice(from, to).includes('\n')) return undefined;
  const spliced = text.slice(0, from) + written + text.slice(to);
  const read = readYamlValue(spliced);
  const there = 'value' in read ? valueAt(read.value, path) : undefined;
  return canonicalJson(there ?? null) === canonicalJson(value) ? spliced : undefined;
}

function apply(document: Document, { path, value }: YamlChange): void {
  openList(document, path);
  if (value !== undefined) {
    const flow = typeof value === 'object' && value !== null;
    return document.setIn(path, document.createNode(value, flow ? { flow: true } : {}));
  }
  document.deleteIn(path);
  for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
    const node: unknown = document.getIn(above, true);
    if (!(isMap(node) || isSeq(node)) || node.items.length > 0) return undefined;
    document.deleteIn(above);
  }
  return undefined;
}

/** `releases: [ … ]` is a short way to write `releases: { list: [ … ] }`, which has room for more. */
function openList(document: Document, path: readonly Step[]): void {
  const [first, second] = path;
  const list: unknown = first === undefined ? undefined : document.getIn([first], true);
  if (!isSeq(list) || typeof second !== 'string') return;
  const map = document.createNode({});
  document.setIn([first], map);
  document.setIn([first, 'list'], list);
}
