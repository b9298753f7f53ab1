// Numbers on the command line, refused with a sentence where they are none.
import { InvalidArgumentError } from 'commander';

export function toPort(text: string): number {
  return toWhole(text, 1, 65_535, 'a port is a number from 1 to 65535');
}

/** A whole number between both ends. Throws commander's own error, which ends in exit code 2. */
export function toWhole(text: string, least: number, most: number, sentence: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(sentence);
  return value;
}
