import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareCard } from '../../../src/domain/milestones/compare-card.ts';
import { describeCard, readCard } from '../../../src/domain/milestones/read-card.ts';

const template = (name: string): string =>
  readFileSync(new URL(`../../../templates/student/${name}`, import.meta.url), 'utf8');
const MARK = '[More Information Needed]';
const SENTENCE = 'This sentence has just about enough words to be counted as written.';

const WRITTEN = `---
license: mit
library_name: scikit-learn
tags: [weather]
datasets: [noaa/seattle]
metrics: [accuracy]
co2_eq_emissions: { emissions: 0.361, source: CodeCarbon }
model-index:
  - name: forest
    results:
      - task: { type: tabular-classification }
        metrics:
          - { type: accuracy, value: 0.92 }
          - { type: f1, name: Macro F1, value: "0.56" }
---
# A model
## Uses
### Direct Use
${SENTENCE}
### Out-of-Scope Use
${SENTENCE}
## Bias, Risks, and Limitations
${SENTENCE}
### Recommendations
${SENTENCE}
## Training Data
${SENTENCE}
## Metrics
${SENTENCE}
## Results
${SENTENCE}
## Environmental Impact
${SENTENCE}
`;

describe('how much of a card is written', () => {
  test('the template: 4 of 13 of the model card, 2 of 11 of the dataset card', () => {
    expect(describeCard(readCard('model', template('MODEL_CARD.md')))).toMatchInlineSnapshot(
      `"4 of 13, missing datasets, model-index, Direct Use, Out-of-Scope Use, Bias, Risks, and Limitations, Training Data, Metrics, Results, Environmental Impact"`,
    );
    expect(describeCard(readCard('dataset', template('DATASET_CARD.md')))).toMatchInlineSnapshot(
      `"2 of 11, missing license, size_categories, source_datasets, configs, Uses, Dataset Structure, Source Data, Personal and Sensitive Information, Bias, Risks, and Limitations"`,
    );
  });

  test('a written card is complete, with its figures', () => {
    expect(readCard('model', WRITTEN)).toEqual({
      done: 13,
      total: 13,
      missing: [],
      figures: [
        { metric: 'accuracy', value: 0.92 },
        { metric: 'f1', value: 0.56 },
      ],
      grams: 0.361,
    });
  });

  test('no card is 0 of 13', () => {
    expect(readCard('model', undefined)).toMatchObject({ done: 0, total: 13 });
  });

  test.each([
    ['the mark, anywhere in a section', `## Results\n${SENTENCE}\n\n${MARK}\n`],
    ['the mark in a part of it', `## Results\n${SENTENCE}\n### Per class\n${MARK}\n`],
    ['too few words', '## Results\nGood results.\n'],
    ['words in a comment', `## Results\n<!-- ${SENTENCE} -->\n`],
    ['a heading inside code', `\`\`\`\n## Results\n${SENTENCE}\n\`\`\`\n`],
  ])('%s does not count as written', (_, text) => {
    expect(readCard('model', text).missing).toContain('Results');
  });

  test.each(['### Results', '## RESULTS ##', '## Evaluation Results', '## 📊 Results'])(
    '%s is the section',
    (heading) => {
      expect(readCard('model', `${heading}\n${SENTENCE}\n`).missing).not.toContain('Results');
    },
  );

  test('how many words make a section is the challenge’s choice', () => {
    expect(readCard('model', '## Results\nGood results.\n', 2).missing).not.toContain('Results');
  });

  test.each([
    ['broken YAML', '---\na: [\n---\n'],
    [
      'an alias bomb',
      `---\na: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`).join('\n')}\n---\n`,
    ],
  ])('%s is a reason, not a crash', (_, text) => {
    expect(readCard('model', text)).toMatchObject({
      done: 0,
      problem: expect.stringContaining('the front matter is not YAML'),
    });
  });

  test.each([
    ['comments that never end', '<!--'.repeat(125_000)],
    ['a heading of number signs', `# ${'#'.repeat(400_000)}x`],
    ['a heading of spaces', `#${' '.repeat(400_000)}x`],
    ['headings without end', '# a\n'.repeat(100_000)],
    ['front matter without end', `---\n${'a: 1\n'.repeat(80_000)}`],
  ])('%s are read in linear time', (_, text) => {
    const started = performance.now();
    readCard('model', text);
    // Squared, it would be minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('done and missing always add up', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('model' as const, 'dataset' as const), (text, kind) => {
        const card = readCard(kind, text);
        return card.done + card.missing.length === card.total;
      }),
    );
  });
});

describe('what a card says against what the run found', () => {
  const says = (value: number, run: number, metric = 'accuracy', name = 'accuracy'): string[] =>
    compareCard({ figures: [{ metric, value }] }, new Map([[name, run]])).map(({ text }) => text);

  test('a stale figure is pointed out', () => {
    expect(says(0.92, 0.87)).toEqual(['MODEL_CARD.md says accuracy 0.92, the last run got 0.87']);
    expect(says(0.8, 0.7949)).toHaveLength(1);
    expect(says(1, 0.6)).toHaveLength(1);
    expect(says(10054, 11000, 'mae', 'mae')).toHaveLength(1);
  });

  test.each([
    [0.87, 0.8679],
    [0.8, 0.8],
    [87, 0.8679],
    [0.87, 86.79],
    [86.8, 0.8679],
    [10054.25, 10054.251352739733],
    [657645121, 657645121.8506359],
    [1, 0.9999],
    [4.9e-8, 4.9e-8],
    [0, 0],
  ])('%d agrees with %d', (card, run) => {
    expect(says(card, run)).toEqual([]);
  });

  test('a metric goes by any spelling; one that the run does not know, or knows twice, is left alone', () => {
    expect(says(0.5, 0.9, 'F1-Macro', 'f1_macro')).toHaveLength(1);
    expect(says(0.5, 0.9, 'f1', 'f1_macro')).toHaveLength(1);
    expect(says(0.5, 0.9, 'accuracy', 'test.accuracy')).toHaveLength(1);
    expect(says(0.5, 0.9, 'recall')).toEqual([]);
    const two = new Map([
      ['f1_macro', 0.9],
      ['f1_micro', 0.8],
    ]);
    expect(compareCard({ figures: [{ metric: 'f1', value: 0.5 }] }, two)).toEqual([]);
  });
});
