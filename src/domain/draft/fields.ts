// The form of a challenge: which key of challenge.yml each field writes. What has no field is written in the text.
import { measuredCriteria, requestKinds } from '../challenge/challenge.ts';
import { namedCarriers } from '../carrier/carriers.ts';
import { driftKinds } from '../drift/kinds.ts';

/**
 * `words`: text as it is. `value`: as it would stand in the file, `20%`, `[0.3, 0.7]` or `{ shuffle: 7 }`.
 * `list`: words with commas between them.
 */
export type FieldKind = 'words' | 'value' | 'list';

export type Field = {
  /** The key below its group, or the whole path. */
  key: string;
  label: string;
  kind: FieldKind;
  hint?: string;
  choices?: readonly string[];
  /** The name of the list of what it may be, which the data tells. */
  of?: 'columns' | 'files';
};

/** A list of mappings: a row each, and an empty one to add another. A row without its first key is taken out. */
export type Group = { key: string; legend: string; hint: string; fields: readonly Field[] };
type Section = { legend: string; fields: readonly Field[]; groups?: readonly Group[] };

const words = (key: string, label: string, hint?: string): Field => ({
  key,
  label,
  kind: 'words',
  ...(hint ? { hint } : {}),
});
const value = (key: string, label: string, hint?: string): Field => ({
  key,
  label,
  kind: 'value',
  ...(hint ? { hint } : {}),
});

const requests: Group = {
  key: 'requests',
  legend: 'Request',
  hint: 'Questions about the data that students must answer. Emptying “asked” takes a request out.',
  fields: [
    { key: 'on', label: 'asked', kind: 'words', choices: ['release', 'random', 'manual'] },
    { key: 'kind', label: 'kind', kind: 'words', choices: requestKinds },
    value('rows', 'rows', '20, or 5..10'),
    value('answer_within', 'answer within', '2d'),
    value('every', 'every (random)', '[2d, 4d]'),
    words('metric', 'metric'),
    value('threshold', 'threshold'),
  ],
};

const listed: Group = {
  key: 'releases.list',
  legend: 'Release',
  hint: 'Instead of shares or a number: each release with its date and its rows. Emptying “rows” and “where” takes it out.',
  fields: [
    words('name', 'name', 'release-1'),
    words('due', 'released', '2027-01-11T09:00'),
    value('rows', 'rows', '[0, 500]'),
    value('where', 'where', '{ column: region, is: Albany }'),
  ],
};

const drift: Group = {
  key: 'releases.drift',
  legend: 'Drift',
  hint: 'Changes to the data that students must notice. Emptying “kind” takes one out.',
  fields: [
    { key: 'kind', label: 'kind', kind: 'words', choices: driftKinds },
    words('from', 'from release', 'release-2'),
    words('to', 'to release'),
    { key: 'column', label: 'column', kind: 'words', of: 'columns' },
    value('scale', 'scale'),
    value('shift', 'shift'),
    value('rate', 'rate', '10%'),
  ],
};

export const sections: readonly Section[] = [
  {
    legend: 'Challenge',
    fields: [
      words('name', 'Name', 'letters, digits and hyphens; goes into repositories and paths'),
      words('title', 'Title'),
      words('starts', 'Starts', '2027-01-11T09:00, in the time zone of the course'),
      words('ends', 'Ends'),
    ],
  },
  {
    legend: 'Data',
    fields: [
      {
        key: 'dataset.source',
        label: 'Source',
        kind: 'words',
        of: 'files',
        hint: 'a path in the course repository, or an address',
      },
      { key: 'dataset.target', label: 'Target', kind: 'words', of: 'columns', hint: 'the column that models predict' },
      { key: 'dataset.order', label: 'Order', kind: 'value', of: 'columns', hint: 'file, a column, or { shuffle: 7 }' },
      value('dataset.hold_out', 'Hold out', 'share that is never released, such as 20%'),
      {
        key: 'dataset.missing',
        label: 'Missing',
        kind: 'list',
        hint: 'words that mean that a value is missing: NA, ?',
      },
    ],
  },
  {
    legend: 'Releases',
    fields: [
      words('releases.first', 'First', 'without it, when the challenge starts'),
      value('releases.every', 'Every', '7d'),
      value('releases.count', 'Number', 'equal parts'),
      value('releases.proportions', 'Shares', '[0.4, 0.3, 0.3], instead of a number'),
      words('releases.path', 'Path', 'data/incoming/{release}.csv'),
      { key: 'releases.carrier', label: 'Carrier', kind: 'value', choices: namedCarriers },
      { key: 'releases.start', label: 'Sending begins', kind: 'words', choices: ['due', 'early'] },
    ],
    groups: [listed, drift],
  },
  { legend: 'Requests', fields: [], groups: [requests] },
  {
    legend: 'Endpoint',
    fields: [
      value('endpoint.every', 'Probed every', '5m; empty: services are not probed'),
      value('endpoint.wait', 'Answers within', '800ms'),
      value('endpoint.window', 'Measured over', '168h'),
    ],
  },
  {
    legend: 'Points',
    fields: measuredCriteria.map((criterion) => value(`score.${criterion}`, criterion)),
  },
];

export const groups: readonly Group[] = sections.flatMap((section) => section.groups ?? []);
export const fields: readonly Field[] = sections.flatMap((section) => section.fields);
