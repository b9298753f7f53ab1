// Keeps what Node made of the TypeScript, below the account's own cache: a command then starts in half the time.
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Never in a folder for all accounts, where another could put code of theirs. Nothing is kept where nothing can be. */
export function keepCompiled(env: Record<string, string | undefined>): void {
  try {
    const folder = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    nodeModule.enableCompileCache?.(join(folder, 'practicum', 'compiled'));
  } catch {
    // An account without a home.
  }
}
