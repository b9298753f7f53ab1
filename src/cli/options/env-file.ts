// The file `.env` of the working directory: settings for whoever has not exported them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Failure } from '../../domain/text/failure.ts';

type Environment = Record<string, string | undefined>;

/** The environment, with what `.env` adds to it. What is exported stands, even when it is empty. */
export function withEnvFile(exported: Environment, cwd: string): Environment {
  let text: string;
  try {
    text = readFileSync(join(cwd, '.env'), 'utf8');
  } catch (cause) {
    // A folder of that name is somebody's Python.
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String((cause as NodeJS.ErrnoException).code))) return exported;
    throw new Failure('settings-unreadable', `.env cannot be read: ${(cause as Error).message}`, { cause });
  }
  // Some editors begin a file with a mark of its encoding.
  return { ...parseEnv(text.replace(/^\uFEFF/, '')), ...exported };
}
