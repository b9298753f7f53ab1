// No regular expression takes more than linear time over text that others write, by the word of `recheck`.
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { tokenizer } from 'acorn';
import { check } from 'recheck';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../src');

/** Files whose expressions may be quadratic, and what bounds the text that they see. */
const bounded: Record<string, string> = {
  'cli/': 'arguments of whoever runs the command',
  'course-folder/': 'paths of the course repository, at most 4 kB each',
  'rclone/': 'targets that the staff writes',
  'runner/': 'runs in the student’s own job',
  'dataset/': 'lines of the course’s own data, in a process that is bounded',
  'endpoint/send-signed.ts': 'an address, at most 2,048 characters',
  'flows/draft/': 'paths of the course repository, at most 4 kB each',
  'domain/contact/': 'what GitHub says of a scratch repository of ours',
  'domain/course/': 'cells of the roster',
  'domain/dataset/exact-number.ts': 'the text has the form of a number: one exponent, no second line',
  'domain/dataset/recognize-form.ts': 'cells of the course’s own data, at most 100 characters where it is cubic',
  'domain/grade/behind-measure.ts': 'a sentence of ours',
  'domain/grade/gradebook.ts': '600 characters',
  'domain/jobs/classify-failure.ts': 'what git and GitHub say, clipped',
  'domain/milestones/choose-files.ts': 'paths that GitHub holds, at most 4 kB each',
  'domain/milestones/check-mlflow.ts': 'the same paths',
  'domain/milestones/check-notebooks.ts': 'the same paths',
  'domain/milestones/deployment.ts': 'the same paths',
  'domain/milestones/quality.ts': 'the same paths',
  'domain/milestones/read-card.ts': 'one line, cut before',
  'domain/milestones/read-lint-lines.ts': 'one line, or the last words of a tool',
  'domain/milestones/read-requirements.ts': '500 characters',
  'domain/pipeline/dvc-resolve.ts': 'at most 500 characters from each opening',
  'domain/pipeline/dvc-values.ts': 'at most 500 characters from each opening',
  'domain/pipeline/foreign-format.ts': 'the first 64 kB',
  'domain/pipeline/read-counters.ts': 'an answer of a service, bounded when it is read',
  'domain/pipeline/read-python.ts': '10,000 characters',
  'domain/ppipe/': 'one line of the staff’s file',
  'domain/propose/': 'names of columns of the course’s own data',
  'domain/rubric/': 'paths of the course repository, at most 4 kB each',
  'domain/text/formula.ts': 'sticky: it is tried at one place',
  'domain/text/parse-yaml.ts': '2,000 characters of one line',
  'domain/text/repository-path.ts': '240 characters',
  'domain/time/calendar.ts': 'the text has the form of a duration',
  'domain/time/say-time.ts': 'a time that we wrote',
};

type Finding = { pattern: string; flags: string; where: string };

/** The types of the tokenizer leave it out. */
function valueOf(token: object): Omit<Finding, 'where'> {
  return (token as { value: Omit<Finding, 'where'> }).value;
}

function* expressions(): Generator<Finding> {
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const script = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'));
    for (const token of tokenizer(script, { ecmaVersion: 'latest', sourceType: 'module' }))
      if (token.type.label === 'regexp') yield { ...valueOf(token), where: file };
  }
}

test('every expression is linear, or what it sees is bounded', async () => {
  const all = [...expressions()];
  expect(all.length).toBeGreaterThan(300);
  const slow: string[] = [];
  const rest = all.filter(({ where }) => !Object.keys(bounded).some((start) => where.startsWith(start)));
  for (const { pattern, flags, where } of rest) {
    const { status } = await check(pattern, flags, { timeout: 10_000 });
    if (status === 'vulnerable') slow.push(`${where}: /${pattern}/${flags}`);
  }
  expect(slow).toEqual([]);
});

test('what is said to be bounded is there', () => {
  const files = [...expressions()].map(({ where }) => where);
  for (const start of Object.keys(bounded))
    expect(
      files.some((file) => file.startsWith(start)),
      start,
    ).toBe(true);
});
