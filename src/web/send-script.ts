// A script of ours: its address changes with its content, so that browsers may keep it.
import type { Context } from 'hono';

export function sendScript(c: Context, text: string): Response {
  c.header('cache-control', 'public, max-age=31536000, immutable');
  return c.body(text, 200, { 'content-type': 'text/javascript; charset=utf-8' });
}
