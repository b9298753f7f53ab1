// For scripts/try-recipes.sh: writes two notebooks, and compares what Pynblint says of them with what the app says.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNotebook } from '../src/domain/milestones/read-notebook.ts';
import { readPynblint } from '../src/domain/milestones/read-pynblint.ts';

const [what, folder = '.'] = process.argv.slice(2);
const code = (id: string, source: string, execution_count: number | null) => ({
  id,
  cell_type: 'code',
  metadata: {},
  outputs: [],
  execution_count,
  source,
});
const words = (id: string, source: string) => ({ id, cell_type: 'markdown', metadata: {}, source });
const notebooks = {
  'prices.ipynb': [
    words('a', '# Prices'),
    words('b', 'What moves them.'),
    code('c', 'import csv', 1),
    words('d', 'The weather.'),
  ],
  'Untitled.ipynb': [
    code('a', 'x = 1', 3),
    code('b', 'import os', 1),
    code('c', '', null),
    code('d', 'x\n'.repeat(40), 4),
  ],
};

for (const [name, cells] of Object.entries(notebooks)) {
  const path = join(folder, name);
  if (what === 'make') {
    const metadata = { language_info: { name: 'python' } };
    writeFileSync(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    continue;
  }
  const theirs = readPynblint(readFileSync(path.replace('.ipynb', '.json'), 'utf8'));
  const ours = readNotebook(path, readFileSync(path, 'utf8'));
  if ('unreadable' in theirs || 'unreadable' in ours) throw new Error(`${name} or its report was not read`);
  const said = theirs.notebooks.flatMap(({ findings }) => findings).toSorted();
  if (JSON.stringify(said) !== JSON.stringify(ours.findings.toSorted()))
    throw new Error(`${name}: Pynblint says ${said.join(', ')}; the app says ${ours.findings.toSorted().join(', ')}`);
  console.log(`${name}: ${said.length} findings, the same`);
}
