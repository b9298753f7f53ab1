// What a page holds, as an HTML parser sees it: elements by what they are, and their text.
import { parse, type DefaultTreeAdapterTypes } from 'parse5';

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

export function readPage(text: string): Element {
  return parse(text).childNodes.find((node): node is Element => node.nodeName === 'html')!;
}

/** Every element below, itself included, in document order. */
export function elements(root: Element): Element[] {
  const below = root.childNodes.filter((node): node is Element => 'tagName' in node);
  return [root, ...below.flatMap(elements)];
}

export function all(root: Element, tag: string, test: (element: Element) => boolean = () => true): Element[] {
  return elements(root).filter((element) => element.tagName === tag && test(element));
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

/** The text as it is read: white space folded. */
export function text(node: Node): string {
  const inner = (one: Node): string =>
    'value' in one ? one.value : 'childNodes' in one ? one.childNodes.map(inner).join(' ') : '';
  return inner(node).replace(/\s+/g, ' ').trim();
}

/** Rows of the table whose first column is headed so, each as the texts of its cells; lines that only head a group are left out. */
export function tableRows(root: Element, firstHead: string): string[][] {
  const table = all(root, 'table').find((candidate) => text(all(candidate, 'th')[0]!).startsWith(firstHead));
  if (!table) throw new Error(`no table with the first column ${firstHead}`);
  return all(table, 'tbody')
    .flatMap((body) => all(body, 'tr'))
    .map((row) => row.childNodes.filter((node): node is Element => 'tagName' in node))
    .filter((cells) => cells.every((cell) => attribute(cell, 'scope') !== 'rowgroup'))
    .map((cells) => cells.map(text));
}
