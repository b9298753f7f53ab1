// A few hundred clumsy files; twenty thousand are in test/long.
import { expect, test } from 'vitest';
import { corpus, judgeMutant } from './mutate.ts';

test('no exception, no problem without a line, nothing ok that cannot run', () => {
  const sources = corpus();
  const findings = Array.from({ length: 400 }, (_, seed) => judgeMutant(seed, sources).finding).filter(Boolean);
  expect(findings).toEqual([]);
});
