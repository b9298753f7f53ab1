// Plain data → YAML text, for the files that the software itself writes.
import { Document, visit } from 'yaml';

type Style = {
  /** Texts that another reader would take for something else. */
  quote?: (text: string) => boolean;
  /** Lists stand below the first letter of their key, as Python's writers put them. */
  flatLists?: boolean;
};

/** Maps keep their order; lines are not folded. */
export function writeYaml(value: unknown, { quote = () => false, flatLists = false }: Style = {}): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && quote(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, indentSeq: !flatLists });
}

/** Without quotes some of these are lost at the ends of a text. */
const unseen = /[\p{Cc}\p{Cf}\u00A0\u2000-\u200A\u2028\u2029\u202F\u3000]/u;

/** A value on one line, as YAML of any version reads it; texts of several lines are written with their escapes. */
export function flowYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, version: '1.1' });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && unseen.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document
    .toString({ collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN', doubleQuotedAsJSON: true })
    .replace(/^%YAML 1\.1\n---\n?/, '')
    .trim();
}
