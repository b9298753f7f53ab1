// A scanner for the XML that test tools write: elements, attributes, text. No document types, so no entity bombs.

export type XmlEvent =
  | { kind: 'open'; name: string; attributes: Record<string, string>; empty: boolean }
  | { kind: 'close'; name: string }
  | { kind: 'text'; text: string };

const TAG = /<(?:(\/)([^\s>/]+)\s*|([^\s>/!?]+)((?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?))>/y;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The events of a text in order. The last one may be `unreadable`, with the reason. */
export function* scanXml(text: string): Generator<XmlEvent | { unreadable: string }, void> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    if (text[at] !== '<') {
      const end = indexOrEnd(text, '<', at);
      yield { kind: 'text', text: decode(text.slice(at, end)) };
      at = end;
    } else if (text.startsWith('<!--', at)) at = indexOrEnd(text, '-->', at + 4) + 3;
    else if (text.startsWith('<?', at)) at = indexOrEnd(text, '?>', at + 2) + 2;
    else if (text.startsWith('<![CDATA[', at)) {
      const end = indexOrEnd(text, ']]>', at + 9);
      yield { kind: 'text', text: text.slice(at + 9, end) };
      at = end + 3;
    } else if (/^<!doctype[^[<>]*>/i.test(text.slice(at, at + 300))) at = indexOrEnd(text, '>', at) + 1;
    else {
      TAG.lastIndex = at;
      const tag = TAG.exec(text);
      if (!tag) return yield { unreadable: `not XML at character ${at + 1}` };
      yield toEvent(tag);
      at = TAG.lastIndex;
    }
  }
}

function toEvent([, slash, closed, opened, attributes = '', empty]: RegExpExecArray): XmlEvent {
  if (slash) return { kind: 'close', name: closed! };
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map(
    ([, name, double, single]) => [name!, decode(double ?? single ?? '')] as const,
  );
  return { kind: 'open', name: opened!, attributes: Object.fromEntries(pairs), empty: empty === '/' };
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from);
  return index === -1 ? text.length : index;
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
