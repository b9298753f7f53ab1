// What is to be learned, and the rows to learn it from: the task of the challenge whose releases have arrived.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from './read-table.mjs';

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Undefined where nothing was said. The manifest names the challenge; without one there must be a single task. */
export function readTask(folder = '.') {
  const releases = readJson(join(folder, 'data/MANIFEST.json'))?.releases ?? [];
  const tasks = join(folder, 'tasks');
  const names = existsSync(tasks) ? readdirSync(tasks).filter((name) => name.endsWith('.json')) : [];
  const name = releases[0] ? `${releases[0].challenge}.json` : names.length === 1 ? names[0] : undefined;
  return name && names.includes(name) ? readJson(join(tasks, name)) : undefined;
}

/** The paths of the releases that are there, in the order of their names. */
export function releasedFiles(folder = '.') {
  const releases = readJson(join(folder, 'data/MANIFEST.json'))?.releases ?? [];
  return releases.map(({ path }) => path).filter((path) => existsSync(join(folder, path)));
}

export async function releasedRows(task, folder = '.') {
  const rows = [];
  for (const path of releasedFiles(folder)) for (const row of (await readTable(join(folder, path), task)) ?? []) rows.push(row);
  return rows;
}
