// The form and the text of a challenge: what is typed in one stands in the other, and nothing else moves.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { mergeForm, readForm } from '../../../src/domain/draft/form-text.ts';
import { problemsByField } from '../../../src/domain/draft/place-problems.ts';
import { parseChallenge } from '../../../src/domain/challenge/file.ts';
import { defaultCourse } from '../../../src/domain/course/read-course-file.ts';

const text = `# Mine
version: 1
name: weather   # stays
title: "Rain: or shine?"
starts: 2027-01-11T09:00
ends: 2027-02-05T23:59
dataset: { source: data/w.csv, target: weather, order: date, hold_out: 20%, missing: [NA, "?"] }
releases:
  # as the lecture goes
  every: 7d
  proportions: [0.3, 0.4, 0.3]
  path: "data/incoming/{release}.csv"
  carrier: pull_request
requests:
  - { on: release, kind: data_validation, rows: 5..10, answer_within: 2d }
unknown_key: { kept: true }
score: { data: 30, pipeline: { points: 40, trust: attested } }
`;
const shown = readForm(text)!;
const change = (form: Record<string, string>, from = text, before = readForm(from)!) =>
  mergeForm({ text: from, form: { ...before, ...form }, shown: before });

test('the form shows what the text says', () => {
  expect(shown).toMatchObject({
    name: 'weather',
    title: 'Rain: or shine?',
    'dataset.order': 'date',
    'dataset.hold_out': '20%',
    'dataset.missing': 'NA, ?',
    'releases.proportions': '[ 0.3, 0.4, 0.3 ]',
    'requests.0.kind': 'data_validation',
    'score.data': '30',
    'score.pipeline': '40',
  });
});

test('nothing typed changes nothing, byte for byte', () => {
  expect(change({})).toEqual({ text, values: shown, shown, faults: [] });
  const crlf = Object.fromEntries(Object.entries(shown).map(([key, one]) => [key, `${one}\r\n`]));
  expect(mergeForm({ text, form: crlf, shown }).text).toBe(text);
});

test('one value changes in its place: comments, quotes and unknown keys stay', () => {
  expect(change({ title: 'Sun', 'dataset.hold_out': '10%' }).text).toBe(
    text.replace('"Rain: or shine?"', '"Sun"').replace('hold_out: 20%', 'hold_out: 10%'),
  );
  expect(change({ 'score.pipeline': '35' }).text).toBe(text.replace('points: 40', 'points: 35'));
  expect(change({ 'releases.proportions': '[0.5, 0.5]' }).text).toContain('proportions: [ 0.5, 0.5 ]');
  expect(change({ 'dataset.missing': 'NA, ?, none' }).text).toMatch(/missing: \[\s?NA, "\?", none\s?\]/);
});

test('what was not there is added, and what is emptied is taken out', () => {
  const added = change({
    'endpoint.every': '5m',
    'score.endpoint': '10',
    'requests.1.on': 'random',
    'requests.1.kind': 'batch_prediction',
  });
  expect(added.text).toContain('# as the lecture goes');
  expect(added.values).toMatchObject({
    'endpoint.every': '5m',
    'score.endpoint': '10',
    'requests.1.kind': 'batch_prediction',
  });
  const back = change({ 'endpoint.every': '', 'score.endpoint': '', 'requests.1.on': '' }, added.text);
  expect(back.text).not.toContain('endpoint');
  expect(readForm(back.text)).toEqual(shown);
  expect(change({ 'requests.0.on': '' }).text).not.toContain('requests');
});

test('a list of releases in its short form makes room for the rest', () => {
  const short = 'releases:\n  - { due: 2027-01-11T09:00, rows: [0, 5] }\n';
  const { text: long, values } = change({ 'releases.carrier': 'commit', 'releases.list.0.rows': '[0, 6]' }, short);
  expect(values).toMatchObject({ 'releases.carrier': 'commit', 'releases.list.0.rows': '[ 0, 6 ]' });
  expect(long).toContain('list:');
});

test('what cannot be written is said at its field, and stays as typed', () => {
  const { text: same, values, faults } = change({ 'dataset.order': '{ shuffle: ' });
  expect(same).toBe(text);
  expect(values['dataset.order']).toBe('{ shuffle:');
  expect(faults).toEqual([{ field: 'dataset.order', message: '`{ shuffle:` cannot be read as a value' }]);
  // Sent again as it is, it is still there.
  const again = mergeForm({ text: same, form: values, shown: change({ 'dataset.order': '{ shuffle: ' }).shown });
  expect(again.values['dataset.order']).toBe('{ shuffle:');
  const aliased = 'dataset: &d { source: a }\nscore: *d\n';
  expect(change({ 'score.data': '3' }, aliased).faults[0]!.message).toContain('change it in the text');
  const broken = mergeForm({ text: 'a: [', form: { name: 'x' }, shown: {} });
  expect(broken).toEqual({ text: 'a: [', values: { name: 'x' }, shown: {}, faults: [] });
});

test('words are words, whatever they look like', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (typed) => {
      const { values, faults } = change({ title: typed });
      const tidy = typed.replaceAll('\r\n', '\n').trim();
      expect(faults).toEqual([]);
      expect(values['title'] ?? '').toBe(tidy);
    }),
  );
});

test('problems stand at their fields', () => {
  const wrong = change({
    starts: 'soon',
    'releases.proportions': '[0.5, 0.6]',
    'score.data': '-1',
    'requests.0.kind': 'riddle',
    'dataset.source': '',
  }).text;
  const { problems } = parseChallenge(Buffer.from(wrong), 'challenge.yml', defaultCourse);
  const placed = problemsByField(wrong, problems);
  expect([...placed.keys()].toSorted()).toEqual(
    ['dataset.source', 'releases.proportions', 'requests.0.kind', 'score.data', 'starts'].toSorted(),
  );
  for (const [field, own] of placed) expect(own[0]!.level, field).toBe('error');
  // A key that has no field is found by its line alone.
  expect(problems.some(({ code }) => code === 'unknown-key')).toBe(true);
});
