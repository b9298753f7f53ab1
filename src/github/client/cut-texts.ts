// The one door for texts: whatever is sent is short enough to be taken. GitHub counts bytes, and refuses the whole call otherwise.
import { cutBytes, cutCharacters } from '../../domain/text/cut-bytes.ts';

const note = '\n\n… cut: too long for GitHub.';
const longestTitle = 255;
const longestDescription = 100;
const longestMessage = 64 * 1024 - 1;

/** Bodies that people read: of issues, comments, pull requests, reviews, releases. A file's content is none. */
const speaking = /\/(?:issues|pulls|comments|reviews|releases|labels|check-runs)(?:\/|$)/;

type Text = Record<string, unknown>;

/** Changes nothing that is short enough: what was cut with a note of its own stays as it is. */
export function cutTexts(options: { method: string; url: string }): void {
  if (options.method === 'GET' || options.method === 'HEAD' || !speaking.test(options.url)) return;
  const sent = options as unknown as Text;
  shorten(sent, 'body', (text) => cutBytes(text, note));
  shorten(sent, 'title', (text) => cutCharacters(text, longestTitle));
  if (options.url.includes('/labels')) shorten(sent, 'description', (text) => cutCharacters(text, longestDescription));
  if (!isObject(sent['output'])) return;
  const output = { ...sent['output'] };
  sent['output'] = output;
  for (const key of ['summary', 'text']) shorten(output, key, (text) => cutBytes(text, note));
  shorten(output, 'title', (text) => cutCharacters(text, longestTitle));
  if (Array.isArray(output['annotations'])) output['annotations'] = output['annotations'].map(cutAnnotation);
}

function cutAnnotation(given: unknown): unknown {
  if (!isObject(given)) return given;
  const annotation = { ...given };
  for (const key of ['message', 'raw_details'])
    shorten(annotation, key, (text) => cutBytes(text, ' …', longestMessage));
  shorten(annotation, 'title', (text) => cutCharacters(text, longestTitle));
  return annotation;
}

function shorten(of: Text, key: string, cut: (text: string) => string): void {
  if (typeof of[key] === 'string') of[key] = cut(of[key]);
}

function isObject(value: unknown): value is Text {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
