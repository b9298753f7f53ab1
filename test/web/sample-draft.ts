// A draft as the page shows it, with everything that can be on it: for the tests that look at pages alone.
import { parseChallenge } from '../../src/domain/challenge/file.ts';
import { defaultCourse } from '../../src/domain/course/read-course-file.ts';
import { readForm } from '../../src/domain/draft/form-text.ts';
import { problemsByField } from '../../src/domain/draft/place-problems.ts';
import { sayRunCosts } from '../../src/domain/report/billed-minutes.ts';
import type { DraftPageView } from '../../src/web/pages/challenge-form-page.ts';
import { midTerm, organisation } from './fill-course.ts';

const text = `version: 1
name: weather
title: What was the weather?
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data/weather.csv, target: weather, order: date, hold_out: 20% }
releases:
  every: 7d
  proportions: [0.3, 0.4, 0.3]
  path: data/incoming/{release}.csv
  carrier: pull_request
  drift: [{ kind: covariate, column: heat, from: release-2, shift: 3 }]
requests: [{ on: release, kind: data_validation, rows: 5..10, answer_within: 2d }, { on: random, every: [2d, 4d], kind: batch_prediction, answer_within: 1d }]
endpoint: { every: 5m }
score: { data: 30, pipeline: 40, endpoint: 30 }
`;

export function sampleDraft(wrong = false): DraftPageView {
  const written = wrong ? text.replace('starts: 2027-01-11T09:00', 'starts: soon') : text;
  const path = 'challenges/weather/challenge.yml';
  const { value: challenge, problems } = parseChallenge(Buffer.from(written), path, defaultCourse);
  const values = readForm(written)!;
  const place = { organisation, commit: 'c0ffee'.padEnd(40, '0'), base: '' };
  const releases = (challenge?.releases ?? []).map(({ name, due }, index) => ({
    name,
    due,
    past: false,
    rows: 300,
    first: '2012-01-01',
    last: '2012-03-01',
    path: `data/incoming/${name}.csv`,
    by: 'pull_request',
    takes: '2 min',
    mergeBy: challenge!.releases[index + 1]?.due ?? challenge!.ends,
  }));
  const plan = challenge && {
    challenge,
    course: defaultCourse,
    owners: 12,
    releases,
    lateCosts: true,
    costs: sayRunCosts({ runs: 12, median: 3, days: 28 }, 2),
    held: 200,
    message: { title: 'Data: weather, release-1 (300 rows)', message: 'Data', body: 'It is here.', labels: [] },
    changes: { add: 36, change: 0, cancel: 0, keep: 0 },
    sketch: {
      slice: { rows: 300, bytes: 9000, columns: ['date', 'heat', 'weather'], sha256: 'a'.repeat(64) },
      releases: [],
      column: 'date',
      columns: ['date', 'heat', 'weather'],
      rows: [{ date: '2012-01-01', heat: '12.8', weather: 'drizzle' }],
      drift: [
        {
          kind: 'covariate',
          release: 'release-2',
          column: 'heat',
          rows: { before: 300, after: 310 },
          bars: [
            { label: '0 to 5', before: 0.75, after: 0.5 },
            { label: '5 to 10', before: 0.25, after: 0.5 },
          ],
          missing: { before: 0, after: 0.1 },
          gone: [],
          come: ['extra'],
        },
      ],
    },
  };
  return {
    login: organisation,
    place,
    draft: { text: written, values, shown: values, faults: [] },
    preview: {
      path,
      problems,
      columns: ['date', 'heat'],
      sources: ['data/weather.csv'],
      now: midTerm,
      ...(plan ? { plan } : {}),
    },
    fields: problemsByField(written, problems),
    upload: { id: 'x'.repeat(22), name: 'weather.csv', bytes: 12345 },
    notes: ['order: `date`, which is in order.'],
    ...(wrong ? { refused: 'Not saved: there are problems, which stand at their fields and lines.' } : {}),
  };
}
