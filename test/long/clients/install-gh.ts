// GitHub's command line client, built once for a machine into the cache folder; undefined without Go or its modules.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const version = 'v2.86.0';
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'practicum');

export function installGh(): string | undefined {
  const gh = join(cache, `gh-${version}`, 'gh');
  if (existsSync(gh)) return gh;
  // A module that is thrown away: gh cannot be installed by `go install`, since its own has replacements.
  const module = mkdtempSync(join(tmpdir(), 'practicum-gh-'));
  const steps = [
    ['mod', 'init', 'throwaway'],
    ['get', `github.com/cli/cli/v2@${version}`],
    ['build', '-mod=mod', '-o', 'gh', 'github.com/cli/cli/v2/cmd/gh'],
  ];
  const isMade = steps.every((args) => spawnSync('go', args, { cwd: module, timeout: 900_000 }).status === 0);
  if (isMade) {
    mkdirSync(cache, { recursive: true });
    const building = `${cache}/gh-${version}-${process.pid}`;
    mkdirSync(building);
    copyFileSync(join(module, 'gh'), join(building, 'gh'));
    if (existsSync(gh)) rmSync(building, { recursive: true, force: true });
    else renameSync(building, join(cache, `gh-${version}`));
  }
  rmSync(module, { recursive: true, force: true });
  return isMade ? gh : undefined;
}
