// Recordings that are given away hold no address, and however long an answer is, it is looked at once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anonymise } from '../../src/domain/contact/anonymise.ts';

function readsAs(response: unknown): unknown {
  const call = { step: 'file', method: 'GET', url: 'https://api.example/x', path: '/x', request: null };
  return anonymise([{ ...call, status: 200, headers: {}, response }], new Map())[0]!.response;
}

test('an answer of megabytes in one word takes no more than its length', () => {
  const word = 'A'.repeat(2_000_000);
  expect(readsAs({ base64: word })).toEqual({ base64: word });
});

test('every address is taken out, wherever it stands, and nothing else is', () => {
  const part = fc.constantFrom('a', 'b-c', '.', '+', '-', '@', ' ', '/', 'd.e', 'é');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      expect(readsAs({ text })).toEqual({ text: text.replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, 'person@example.com') });
    }),
  );
});
