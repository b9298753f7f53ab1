// Untrusted text (names, logs, values) made safe for Markdown: no mentions, no markup, no fence that ends early.

/** Text inside a sentence or a table cell. */
export function inline(text: string): string {
  const clean = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  const short = clean.length > 300 ? `${clean.slice(0, 297)}...` : clean;
  // A zero-width space after @ keeps a mention from notifying anybody.
  return short
    .replaceAll(/[\\`*_{}[\]<>()#+!|~&]/g, (letter) => `&#${letter.charCodeAt(0)};`)
    .replaceAll('@', '@\u200b');
}

/** Text as code; the fence is longer than any run of back-ticks inside. */
export function codeBlock(text: string, language = 'text'): string {
  // eslint-disable-next-line no-control-regex
  const clean = text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, '');
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean.replace(/\n+$/, '')}\n${fence}\n`;
}

/** A short text as code inside a line. */
export function code(text: string): string {
  const clean = text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll('`', "'")
    .replaceAll('|', '¦');
  return `\`${clean.length > 200 ? `${clean.slice(0, 197)}...` : clean}\``;
}
