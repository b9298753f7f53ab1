// Untrusted text on its way into Markdown: no mentions, no HTML, no formatting, no links, no images, no line breaks.

import { unseen } from './unseen.ts';

/**
 * Text that shows as it is wherever Markdown is rendered. A zero-width joiner keeps `@name`, `#1` and `GH-1` from notifying
 * anybody, and addresses with and without a scheme from becoming links.
 */
export function plain(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(unseen, '\uFFFD')
    .replace(/[\\`*_{}[\]()<>|~$!]/g, (character) => `\\${character}`)
    .replace(/&/g, '&amp;')
    .replace(/\\</g, '&lt;')
    .replace(/\\>/g, '&gt;')
    .replace(/([@#])(?=\w)/g, '$1\u2060')
    .replace(/(?<![a-z0-9])(GH)-(?=\d)/gi, '$1\u2060-')
    .replace(/(www)\./gi, '$1\u2060.')
    .replace(/:\/\//g, ':\u2060//')
    .replace(/(mailto|xmpp):/gi, '$1\u2060:');
}

/** Text as inline code: nothing in it is interpreted. */
export function code(text: string): string {
  const line = text
    .replace(/[\r\n]+/g, ' ')
    .replace(unseen, (sign) => (sign === '\t' ? sign : '\uFFFD'))
    .replaceAll('|', '\\|');
  // Two marks with nothing between them would open a code of their own.
  if (line === '') return '` `';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}
