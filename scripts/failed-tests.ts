// Says which tests of a run failed and why, from the figures of vitest's JSON reporter: `failed-tests.ts FIGURES.json`.
// With `--files` it prints the files that hold them, a line each, for a second try.
import { readFileSync } from 'node:fs';

interface Figures {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

const figures = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Figures;
for (const file of figures.testResults) {
  const failed = file.assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0 && file.status !== 'failed') continue;
  if (process.argv[3] === '--files') {
    console.log(file.name);
    continue;
  }
  console.log(`-- ${file.name}`);
  if (failed.length === 0) console.log(indent(file.message ?? 'did not load'));
  for (const test of failed) {
    console.log(`   ${test.fullName}`);
    for (const message of test.failureMessages) console.log(indent(message));
  }
}

function indent(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, 12)
    .map((line) => `     ${line}`)
    .join('\n');
}
