// The licences of what a bundle contains, as their authors ask: name, version, licence and its text, once for each package.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Package = { name: string; version: string; license?: string; author?: string | { name?: string } };

/** `inputs`: paths of the bundled files, as esbuild's metafile names them. */
export function writeLicences(inputs: readonly string[], root: string): string {
  const folders = new Set<string>();
  for (const input of inputs) {
    // The last one: a package may bring its own copy of another.
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]!);
  }
  const parts = [...folders].toSorted().map((folder) => describe(join(root, folder)));
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  return `practicum (MIT)\n\n${own}\n\nThis file also contains:\n${parts.map((part) => `\n${'-'.repeat(78)}\n${part}\n`).join('')}`;
}

function describe(folder: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  const file = readdirSync(folder)
    .filter((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry) && statSync(join(folder, entry)).isFile())
    .toSorted()[0];
  const who = typeof author === 'object' ? author.name : author;
  if (file === undefined && license === undefined) throw new Error(`${name} has no licence`);
  const text =
    file === undefined ? `${license}${who ? `, ${who}` : ''}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license ?? 'see below'})\n\n${text}`;
}
