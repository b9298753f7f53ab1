// Plain pages of the site.
import { bytes, type Reply } from './reply.ts';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);

export function page(title: string, body: string): Reply {
  return richPage(title, `<pre>${escape(body)}</pre>`);
}

/** With a body that is HTML already. */
export function richPage(title: string, body: string): Reply {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><h1>${escape(title)}</h1>${body}</html>\n`;
  return bytes(200, Buffer.from(html), 'text/html; charset=utf-8', { 'content-security-policy': "default-src 'none'" });
}
