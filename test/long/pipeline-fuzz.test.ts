// Twenty thousand mutants of pipeline files: each is answered in time, at a place, and never with an exception.
import { expect, test } from 'vitest';
import { corpus, type Finding, judgeMutant } from '../domain/pipeline/mutate.ts';

const count = 20_000;
const mostMs = 200;

test('twenty thousand mutants', { timeout: 600_000 }, () => {
  const sources = corpus();
  const findings: Finding[] = [];
  for (let seed = 1_000; seed < 1_000 + count && findings.length < 10; seed++) {
    const { finding, ms } = judgeMutant(seed, sources);
    if (finding) findings.push(finding);
    // A busy machine may be slow once; a slow text is slow each time.
    if (ms > mostMs) {
      const best = Math.min(judgeMutant(seed, sources).ms, judgeMutant(seed, sources).ms);
      if (best > mostMs) findings.push({ seed, text: '', why: `took ${Math.round(best)} ms` });
    }
  }
  expect(findings).toEqual([]);
});
