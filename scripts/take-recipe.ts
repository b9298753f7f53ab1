// Writes the files of a recipe into a project, as its page says: take-recipe.ts PAGE.md FOLDER. A file is a paragraph
// that begins with its path, as `path`, and the block of code after it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export function filesOf(page: string): Map<string, string> {
  const found = [...page.matchAll(/^`([\w./-]+)`[^\n]*:\n\n```\w*\n([^]*?)^```$/gm)];
  return new Map(found.map(([, path, text]) => [path!, text!]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [page, folder] = process.argv.slice(2);
  if (!page || !folder) throw new Error('usage: take-recipe.ts PAGE.md FOLDER');
  const files = filesOf(readFileSync(page, 'utf8'));
  if (files.size === 0) throw new Error(`${page} has no file`);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    console.log(path);
  }
}
