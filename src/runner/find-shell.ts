// The shell that commands run in: bash where it is, since people try their commands in it; a failing part fails the whole.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Program and arguments before the command. */
export type Shell = { file: string; args: string[] };

const usualFolders = ['/bin', '/usr/bin', '/usr/local/bin'];
const known = new Map<string, Shell>();

/** Bash of the path, then of the usual places; `sh` where there is none. */
export function findShell(path: string | undefined, usual: readonly string[] = usualFolders): Shell {
  const folders = [...(path ?? '').split(delimiter).filter(Boolean), ...usual];
  const key = folders.join(delimiter);
  const before = known.get(key);
  if (before) return before;
  const bash = folders.map((folder) => join(folder, 'bash')).find(isProgram);
  const shell =
    bash === undefined
      ? { file: '/bin/sh', args: ['-ec'] }
      : { file: bash, args: ['--noprofile', '--norc', '-eo', 'pipefail', '-c'] };
  known.set(key, shell);
  return shell;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
