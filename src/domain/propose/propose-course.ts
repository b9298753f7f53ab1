// The files of a course for one dataset, as text: nothing in them that the teacher could not have written.
import { DateTime } from 'luxon';
import { type CellWords } from '../dataset/cell-reader.ts';
import type { Order } from '../dataset/dataset.ts';
import { renderDataCard } from '../dataset/data-card.ts';
import { heldOutRows } from '../dataset/slices.ts';
import { code } from '../text/escape.ts';
import { flowYaml } from '../text/write-yaml.ts';
import { proposeContract, renderContract } from './propose-roles.ts';
import type { SeenColumn } from './seen-column.ts';
import { taskOf } from './task.ts';

export type Proposal = {
  name: string;
  title: string;
  timezone: string;
  source: string;
  /** Of a folder: the CSV in it that lists its files. */
  index?: string;
  words: CellWords;
  latin: boolean;
  /** Between the fields of CSV; empty for other formats. */
  delimiter?: string;
  columns: readonly SeenColumn[];
  rows: number;
  order: Order;
  target?: string;
  /** Of the slices: `.csv`, `.jsonl`, … */
  ending: string;
  starts: string;
  ends: string;
  releases: number;
  /** What was assumed, as sentences. */
  notes: readonly string[];
};

/** So many rows make a hold-out, and questions about rows, worth while. */
const enoughRows = 40;

export function isEnough({ rows, releases }: Pick<Proposal, 'rows' | 'releases'>): boolean {
  return rows >= enoughRows && rows >= releases * 10;
}

/** The Monday after next week's beginning, at nine; and the Friday four weeks on. */
export function proposeSpan(now: Date, timezone: string, releases: number): { starts: string; ends: string } {
  const monday = DateTime.fromJSDate(now, { zone: timezone }).plus({ weeks: 1 }).startOf('week');
  const starts = monday.plus({ weeks: 1, hours: 9 });
  const ends = starts.plus({ weeks: releases, days: 4 }).startOf('day').plus({ hours: 23, minutes: 59 });
  const shown = (date: DateTime): string => date.toFormat("yyyy-MM-dd'T'HH:mm");
  return { starts: shown(starts), ends: shown(ends) };
}

function sharesOf(releases: number): number[] {
  if (releases === 3) return [0.4, 0.3, 0.3];
  const even = Math.floor(1000 / releases) / 1000;
  return Array.from({ length: releases }, (_, index) =>
    index === 0 ? Number((1 - even * (releases - 1)).toFixed(6)) : even,
  );
}

export function renderChallenge(proposal: Proposal): string {
  const { name, title, starts, ends, releases, ending } = proposal;
  const schema = 'https://raw.githubusercontent.com/practicum/practicum/v1/schema/challenge.schema.json';
  const commits =
    releases > 1
      ? ['  carriers: { release-1: commit }      # everyone starts with data; what follows has to be merged']
      : [];
  return [
    `# yaml-language-server: $schema=${schema}`,
    'version: 1',
    `name: ${name}`,
    `title: ${flowYaml(title)}`,
    `starts: ${starts}`,
    `ends: ${ends}`,
    'dataset:',
    ...datasetLines(proposal),
    'releases:',
    '  every: 7d',
    `  proportions: ${flowYaml(sharesOf(releases))}`,
    `  path: data/incoming/{release}${ending}`,
    '  carrier: pull_request',
    ...commits,
    ...requestLines(proposal),
    '',
  ].join('\n');
}

function datasetLines(proposal: Proposal): string[] {
  const { source, index, target, order, words, latin } = proposal;
  const lines: [string, unknown][] = [
    ['source', source],
    ...(index === undefined ? [] : [['index', index] as [string, unknown]]),
    ...(target === undefined ? [] : [['target', target] as [string, unknown]]),
    ...(order.kind === 'column' ? [['order', order.column] as [string, unknown]] : []),
    ...(order.kind === 'shuffle' ? [['order', { shuffle: order.seed }] as [string, unknown]] : []),
    ...(isEnough(proposal) ? [['hold_out', '20%'] as [string, unknown]] : []),
    ...(latin ? [['encoding', 'latin-1'] as [string, unknown]] : []),
    ...Object.entries(words),
  ];
  return lines.map(([key, value]) => `  ${key}: ${flowYaml(value)}`);
}

function requestLines(proposal: Proposal): string[] {
  if (!isEnough(proposal)) return [];
  const rows = Math.min(20, heldOutRows(proposal.rows, 0.2));
  return [
    'requests:',
    '  - { on: release, kind: data_validation, rows: 5..10, answer_within: 2d }',
    ...(proposal.target === undefined
      ? []
      : [
          `  - { on: random, every: [2d, 4d], kind: batch_prediction, rows: ${rows}, answer_within: 1d${metricOf(proposal)} }`,
        ]),
  ];
}

/** Classes that are written as numbers would be judged as amounts. */
function metricOf(proposal: Proposal): string {
  const kind = proposal.columns.find(({ name }) => name === proposal.target)?.cells.kind;
  const numbered = kind === 'number' && taskOf(proposal) === 'classification';
  return numbered ? ', metric: accuracy, threshold: 0.5' : '';
}

export function renderSchema({ columns, rows, title }: Proposal): string {
  const schema = 'https://raw.githubusercontent.com/practicum/practicum/v1/schema/data-contract.schema.json';
  const head = [
    `# yaml-language-server: $schema=${schema}`,
    `# The data contract of ${title}: what every release keeps to. The bounds are those that the data has now.`,
    '',
  ].join('\n');
  return renderContract(proposeContract(columns, rows), head);
}

export function renderCourse({ title, timezone }: Proposal): string {
  const schema = 'https://raw.githubusercontent.com/practicum/practicum/v1/schema/course.schema.json';
  return [
    `# yaml-language-server: $schema=${schema}`,
    'version: 1',
    `title: ${flowYaml(title)}`,
    `timezone: ${timezone}`,
    'roster: roster.csv',
    'repositories: { name: "{challenge}-{owner}", template: student-template }',
    '',
  ].join('\n');
}

/** A header alone: who takes part is the teacher's to say. */
export const emptyRoster = 'login,id,name,group\n';

/** The data card: beside the challenge, for the teacher to complete. */
export function renderReadme({ title, source, columns, rows, notes }: Proposal): string {
  const card = renderDataCard({ summary: { rows, columns: columns.map(({ summary }) => summary) } });
  return [
    `# ${title}`,
    '',
    `The data is ${code(source)}.`,
    '',
    '| | |',
    '|---|---|',
    '| comes from | … |',
    '| licence | … |',
    '| collected when, and how | … |',
    '| known faults | … |',
    '',
    '## Columns',
    '',
    card,
    '## Assumed',
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}
