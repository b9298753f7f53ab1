// Limits are bytes: whatever the characters, what is cut stays below the limit and is whole text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutBytes, cutCharacters, mostTextBytes } from '../../../src/domain/text/cut-bytes.ts';

const bytes = (text: string): number => Buffer.byteLength(text);
const note = '\n\n… cut';

test.each(['é', '日', '🧪', 'x'])('40,000 times %s', (character) => {
  const text = character.repeat(40_000);
  const cut = cutBytes(text, note);
  if (bytes(text) <= mostTextBytes) return void expect(cut).toBe(text);
  expect(cut.endsWith(note)).toBe(true);
  expect(bytes(cut)).toBeLessThan(mostTextBytes);
  expect(bytes(cut)).toBeGreaterThan(mostTextBytes - 6);
  expect(text.startsWith(cut.slice(0, -note.length))).toBe(true);
});

test('what fits is left alone; what does not is a beginning of the text and the note', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 12, max: 60 }), (raw, most) => {
      const text = raw.toWellFormed();
      const cut = cutBytes(text, note, most);
      if (bytes(text) <= most) return cut === text;
      expect(bytes(cut)).toBeLessThan(most);
      expect(text.startsWith(cut.slice(0, -note.length))).toBe(true);
      return cut.isWellFormed();
    }),
  );
});

test('a title is not cut within a character', () => {
  expect(cutCharacters(`${'x'.repeat(254)}🧪`, 255)).toBe('x'.repeat(254));
  expect(cutCharacters('short', 255)).toBe('short');
});
