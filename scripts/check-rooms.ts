// Holds the house: who may import whom, no circle of files and none of folders (types included). Part of `npm run check`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { findCircles, type Graph } from './rooms/find-circles.ts';
import { findImports } from './rooms/find-imports.ts';
import { rooms } from './rooms/table.ts';

const root = process.argv[2] ?? join(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('/dist/') && !path.includes('/node_modules/'))
    .toSorted();
}

/** Tests of a package keep to its room, and are no part of the house that they look at. */
const isTest = (path: string): boolean => path.includes('/test/');

const isUnder = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

/** The longest prefix in the table that a path lies under. */
function roomOf(path: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => isUnder(path, room))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** The tables at the top of `src` are rooms of their own: `main.ts` knows the commands, and those know `config.ts`. */
const folderOf = (path: string): string => (/^(?:src|packages\/\w+\/src)$/.test(dirname(path)) ? path : dirname(path));

function link(graph: Graph, from: string, to: string): void {
  if (from === to) return;
  graph.set(from, (graph.get(from) ?? new Set()).add(to));
}

const faults: string[] = [];
const files: Graph = new Map();
const folders: Graph = new Map();
for (const path of ['src', 'packages', 'action'].flatMap(sources)) {
  for (const { target, line } of findImports(readFileSync(join(root, path), 'utf8'))) {
    const to = target.startsWith('.') ? normalize(join(dirname(path), target)) : target;
    const room = roomOf(path);
    const other = target.startsWith('.') ? (roomOf(to) ?? to) : undefined;
    if (target.startsWith('.') && !isTest(path)) {
      link(files, path, to);
      link(folders, folderOf(path), folderOf(to));
    }
    const allowed = room === undefined ? undefined : rooms[room];
    if (!allowed || other === undefined || other === room || allowed.some((known) => isUnder(other, known))) continue;
    faults.push(`${path}:${line} ${room} may not import ${other} (${target})`);
  }
}
for (const circle of findCircles(files)) faults.push(`files import each other in a circle: ${circle.join(' → ')}`);
for (const circle of findCircles(folders)) faults.push(`folders import each other in a circle: ${circle.join(' → ')}`);

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
