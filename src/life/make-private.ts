// The folder of the app: what students handed in, tokens of git on their way, the database's password. For our account alone.
import { chmod, mkdir } from 'node:fs/promises';

/** Makes it, or closes it to others when it is there. What is made from here on is for our account alone, too. */
export async function makePrivate(folder: string): Promise<void> {
  process.umask(0o077);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch {
    // Not ours to change, or not there: whether it can be written to is told by /readyz, and by whoever tries.
  }
}
