// A Python with one package of the index, made once for a machine; undefined without Python or its index.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'practicum');

/** The folder with its `python`. The package's commands name a folder that was renamed: run them as `python -m`. */
export function installPython(name: string, version: string): string | undefined {
  const place = join(cache, `${name.toLowerCase()}-${version}`);
  if (existsSync(join(place, 'bin/python'))) return join(place, 'bin');
  mkdirSync(cache, { recursive: true });
  const building = `${place}-${process.pid}`;
  const isMade = [
    ['python3', ['-m', 'venv', building]] as const,
    [join(building, 'bin/python'), ['-m', 'pip', 'install', '--quiet', `${name}==${version}`]] as const,
  ].every(([command, args]) => spawnSync(command, args, { timeout: 300_000 }).status === 0);
  if (isMade) renameSync(building, place);
  else rmSync(building, { recursive: true, force: true });
  return isMade ? join(place, 'bin') : undefined;
}
