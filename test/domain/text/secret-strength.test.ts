// Which secrets can be guessed: those of chance never are, those of people nearly always.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitsOf } from '../../../src/domain/text/secret-strength.ts';

const bytes = fc.integer().map((seed) => createHash('sha512').update(String(seed)).digest());

test('what openssl rand prints is taken: 128 bits as hex, 256 in any form', () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom('hex', 'base64', 'base64url'), (random, encoding) => {
      const secret = random.subarray(0, encoding === 'hex' ? 16 : 32).toString(encoding as BufferEncoding);
      expect(bitsOf(secret.replaceAll('=', '')), secret).toBeGreaterThanOrEqual(128);
    }),
    { numRuns: 2000 },
  );
});

test('what is shorter is refused', () => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 0, max: 15 }), (random, length) => {
      expect(bitsOf(random.subarray(0, length).toString('hex'))).toBeLessThan(128);
      expect(bitsOf(random.subarray(0, length).toString('base64url'))).toBeLessThan(128);
    }),
  );
});

test.each([
  '',
  'short',
  'development',
  'a'.repeat(64),
  'abcabcabc'.repeat(8),
  '0123456789'.repeat(8),
  '0123456701234567012345670123456701234567',
  'our-course-in-autumn-two-thousand',
  'the-secret-that-you-chose',
  'correct horse battery staple',
  'PracticumWebhookSecret2027',
  'change-me-please-change-me-please',
])('%j is refused', (secret) => {
  expect(bitsOf(secret)).toBeLessThan(128);
});
