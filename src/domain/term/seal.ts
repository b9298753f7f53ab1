// Each line of a term is sealed with the one before it: what was altered, cut off or moved is found, and by its line.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.ts';
import type { Unsealed } from './line.ts';

export const firstSeal = 'b'.repeat(64);

/** Sixteen consonants: in digits and the letters a to f, somebody's login would sooner or later be spelt by chance. */
const letters = 'bcdfghjklmnpqrst';

export function asLetters(hex: string): string {
  return hex.replaceAll(/[0-9a-f]/g, (digit) => letters[Number.parseInt(digit, 16)]!);
}

export function sealLine(previous: string, text: string): string {
  return asLetters(createHash('sha256').update(`${previous}\n${text}`).digest('hex'));
}

/** Writes lines, without their line feeds. */
export class TermWriter {
  #seal = firstSeal;
  #lines = 0;

  line(content: Unsealed): string {
    const seal = sealLine(this.#seal, canonicalJson(content));
    this.#seal = seal;
    this.#lines++;
    return canonicalJson({ ...content, seal });
  }

  end(): string {
    return this.line({ kind: 'end', lines: this.#lines });
  }
}
