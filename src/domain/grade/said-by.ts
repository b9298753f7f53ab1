// Who decided, where a command says so: anybody may type any name, so the record holds where it was typed as well.
import { oneLine } from '../text/unseen.ts';

/** `name` is what was claimed; `terminal` the account of the machine, as its operating system knows it. */
export function saidBy(name: string | undefined, terminal: string | undefined): string {
  const claimed = oneLine(name ?? '', Number.POSITIVE_INFINITY)
    .trim()
    .slice(0, 100);
  if (terminal === undefined) return claimed === '' ? 'somebody at a terminal (unverified)' : `${claimed} (unverified)`;
  return claimed === '' || claimed === terminal
    ? `somebody at the terminal of ${terminal}`
    : `${claimed} (unverified, at the terminal of ${terminal})`;
}
