// What the verification of a ledger came to, in a line for the terminal.
import type { Verification } from './verify.ts';

export function sayVerification(verification: Verification): string {
  if (!verification.ok) return `altered: line ${verification.first.line}: ${verification.first.message}`;
  const { entries, calculations, reworded, earlier = 0, forgotten = 0, head } = verification;
  const words = reworded > 0 ? ` (${reworded} in other words: by another version of the app)` : '';
  const others = earlier > 0 ? `, ${earlier} scores by earlier rules of the app not recomputed` : '';
  const graves = forgotten > 0 ? `, ${forgotten} entries forgotten on request` : '';
  return `sound: ${entries} entries, ${calculations} scores recomputed${words}${others}${graves}, head ${head}`;
}
