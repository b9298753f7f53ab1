// The document of a YAML text, given up where its faults are many.
import { Composer, type CST, type Document, type LineCounter, Parser, YAMLParseError } from 'yaml';

/** A second document is a fault of the first. */
export function composeFirst(text: string, lines: LineCounter, maxFaults: number): Document {
  // The parser compares every key with every other; readers find duplicates in one pass.
  const composer = new Composer({ prettyErrors: false, logLevel: 'error', uniqueKeys: false, stringKeys: false });
  let first: Document | undefined;
  for (const document of composer.compose(
    untilMany(new Parser(lines.addNewLine).parse(text), maxFaults),
    true,
    text.length,
  )) {
    if (first) {
      const [from, to] = document.range;
      first.errors.push(new YAMLParseError([from, to], 'MULTIPLE_DOCS', 'a second document'));
      break;
    }
    first = document;
  }
  return first!;
}

/** After so many faults nobody reads on, and each costs more than what is right. */
function* untilMany(tokens: Iterable<CST.Token>, maxFaults: number): Generator<CST.Token> {
  let faults = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === 'error' && ++faults >= maxFaults) return;
  }
}
