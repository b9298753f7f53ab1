// What people read on GitHub: every text built in one place, shown here as it is shown there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataLabels, describeClosed, describeSlice } from '../../../src/domain/messages/data-message.ts';
import { code, plain } from '../../../src/domain/text/escape.ts';
import { describeProblems } from '../../../src/domain/messages/plan-summary.ts';
import { describeScore } from '../../../src/domain/messages/score-summary.ts';
import { studentWorkflow } from '../../../src/domain/messages/student-workflow.ts';
import type { Shipment } from '../../../src/domain/shipment/shipment.ts';

const shipment = {
  id: '0123456789abcdef0123',
  challenge: 'weather',
  release: 'week-1',
  due: '2027-01-11T08:00:00.000Z',
  owner: 'ada-l',
  path: 'data/incoming/week-1.csv',
  trailer: 'Practicum-Shipment: 0123456789abcdef0123',
} as Shipment;

test('a shipment says what it is, and ends with the line by which it is found again', () => {
  const slice = { rows: 329, bytes: 12_345, columns: ['date', 'wind'], sha256: 'ab'.repeat(32) };
  const { message, title, labels } = describeSlice(shipment, slice, { zone: 'Europe/Vienna' });
  expect(labels).toEqual([dataLabels.pending]);
  expect(message.startsWith(`${title}\n\n`)).toBe(true);
  expect(message.split('\n').at(-1)).toBe(shipment.trailer);
  expect(title).toMatchInlineSnapshot(`"Data: weather, week-1 (329 rows)"`);
});

test('a pull request that was closed is answered', () => {
  expect(describeClosed(shipment)).toMatchInlineSnapshot(`
    {
      "body": "**week-1** was closed without being merged, so it does not count as received. Reopen this pull request and merge it to get the release.",
      "marker": "<!-- practicum-shipment: 0123456789abcdef0123 --><!-- closed -->",
    }
  `);
});

test('problems are a table of places, codes and hints', () => {
  const problem = {
    file: 'course.yml',
    line: 2,
    column: 3,
    level: 'error' as const,
    code: 'unknown-key' as const,
    message: 'unknown key `relases`',
    hint: 'did you mean `releases`?',
  };
  expect(describeProblems([problem], 'Nothing changes until they are fixed.')).toMatchInlineSnapshot(`
    {
      "annotations": [
        {
          "column": 3,
          "level": "failure",
          "line": 2,
          "message": "unknown key \`relases\` (did you mean \`releases\`?)",
          "path": "course.yml",
          "title": "unknown-key",
        },
      ],
      "conclusion": "failure",
      "summary": "The course's files have 1 problem. Nothing changes until they are fixed.

    | where | problem | hint |
    |---|---|---|
    | \`course.yml:2:3\` | \`unknown-key\` unknown key \\\`relases\\\` | did you mean \\\`releases\\\`? |",
      "title": "1 problem",
    }
  `);
});

test('a score has a reason for every point, and what to do next', () => {
  const row = {
    owner: 'ada-l',
    name: 'Ada',
    members: [],
    challenge: 'weather',
    total: 20,
    of: 35,
    worth: 100,
    overrides: [],
    criteria: {
      data: { points: 20, of: 20, worth: 20, reason: '', reasons: [{ text: 'week-1 is in the default branch.' }] },
      freshness: {
        points: 0,
        of: 15,
        worth: 15,
        reason: '',
        reasons: [{ text: 'week-1: no green run yet.', next: 'Push a commit that makes the pipeline pass.' }],
      },
    },
  };
  expect(
    describeScore(row, {
      now: new Date('2027-01-12T08:00:00Z'),
      zone: 'Europe/Copenhagen',
      moreUrl: 'https://practicum.example/org/students/ada-l',
      gate: { open: true, text: '' },
    }),
  ).toMatchInlineSnapshot(`
    {
      "conclusion": "neutral",
      "summary": "**weather**, as of Tue 12 Jan 2027, 09:00: 20 of the 35 points that could be earned so far (the whole challenge is worth 100).

    | | points | why |
    |---|---:|---|
    | data | 20 of 20 | week-1 is in the default branch. |
    | freshness | 0 of 15 | week-1: no green run yet. |

    ### What to do next

    - Push a commit that makes the pipeline pass.

    Every piece of evidence: https://practicum.example/org/students/ada-l",
      "title": "20 of 35 points so far",
    }
  `);
});

test('the workflow of a template is tied to its course; one that a student has changed is left alone', () => {
  const course = { organisation: 'mlops', courseRepository: 'course' };
  expect(studentWorkflow({ ...course, current: undefined })).toContain(
    'uses: mlops/course/.github/workflows/practicum.yml@main',
  );
  expect(studentWorkflow({ ...course, current: 'uses: __ORGANISATION__/__COURSE_REPOSITORY__/x' })).toBe(
    'uses: mlops/course/x',
  );
  expect(studentWorkflow({ ...course, current: 'name: my own' })).toBeUndefined();
});

test('untrusted text mentions nobody, opens no tag, link, table cell or line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = plain(`@everyone #1 <b> [x](http://evil) ${text}`);
      expect(shown).not.toMatch(/@\w|#\d|<[a-z/!]|\]\(|\n|[^\\]\|/i);
      expect(code(text)).not.toMatch(/\n|[^\\]\|/);
    }),
  );
});
