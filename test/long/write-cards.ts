// Writes both cards of a student's project, with the figures of the run that is in the folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const unwritten = '[More Information Needed]';
const words = 'What a person would have to know of it, in more than a handful of words.';

export function writeCards(folder: string): void {
  const scores = JSON.parse(readFileSync(join(folder, 'metrics/scores.json'), 'utf8')) as Record<string, number>;
  const results = ['accuracy', 'f1_macro']
    .map((name) => `          - { type: ${name}, value: ${scores[name]!.toFixed(3)} }\n`)
    .join('');
  edit(join(folder, 'MODEL_CARD.md'), [
    'datasets: [seattle-weather]',
    'model-index:',
    '  - name: weather',
    '    results:',
    '      - task: { type: tabular-classification }',
    '        dataset: { name: Seattle weather, type: seattle-weather }',
    `        metrics:\n${results}`,
  ]);
  edit(join(folder, 'DATASET_CARD.md'), [
    'license: cc0-1.0',
    'size_categories: [1K<n<10K]',
    'source_datasets: [original]',
    'configs:',
    '  - config_name: default',
    '    data_files: data/incoming/*.csv\n',
  ]);
}

/** The keys that the template leaves to its student are replaced, whatever was written there before. */
function edit(file: string, keys: readonly string[]): void {
  const [, front = '', body = ''] = /^---\n([^]*?\n)---\n([^]*)$/.exec(readFileSync(file, 'utf8'))!;
  const kept = front.split('# Written by its student:\n')[0]!;
  writeFileSync(
    file,
    `---\n${kept}# Written by its student:\n${keys.join('\n')}---\n${body.replaceAll(unwritten, words)}`,
  );
}
