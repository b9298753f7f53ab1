// The XML that test tools write: elements, attributes, text. Document types may be named but not written: no entity bombs.
import { SaxesParser } from 'saxes';

export type XmlEvent =
  | { kind: 'open'; name: string; attributes: Record<string, string> }
  | { kind: 'close'; name: string }
  | { kind: 'text'; text: string };

/** The events of a text in order, an element without content opened and closed; or why it cannot be read. */
export function scanXml(text: string): XmlEvent[] | { unreadable: string } {
  const events: XmlEvent[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => events.push({ kind: 'open', name, attributes }));
  parser.on('closetag', ({ name }) => events.push({ kind: 'close', name }));
  parser.on('text', (text) => events.push({ kind: 'text', text }));
  parser.on('cdata', (text) => events.push({ kind: 'text', text }));
  parser.on('doctype', (type) => {
    if (type.includes('[')) throw parser.makeError('a document type of its own');
  });
  try {
    // White space and the mark of the byte order may stand before the declaration.
    parser.write(text.trimStart()).close();
    return events;
  } catch (error) {
    return { unreadable: `not XML at line ${(error as Error).message}` };
  }
}
