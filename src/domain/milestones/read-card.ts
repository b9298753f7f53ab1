// Reads a model or dataset card in Hugging Face's form: which keys and sections are written, which figures it claims.
import { ownWords } from './card-form.ts';
import { parseYaml } from './parse-yaml.ts';
import { scalarText } from '../text/scalar-text.ts';

export type CardKind = 'model' | 'dataset';

export type CardProgress = {
  done: number;
  total: number;
  /** Keys and sections still to be written, in the order of the form. */
  missing: string[];
  /** Metrics that the card claims, by name, from `model-index`. */
  figures: { metric: string; value: number }[];
  /** Grams of CO2 equivalent from `co2_eq_emissions`. */
  grams?: number;
  /** Why the front matter could not be read. */
  problem?: string;
};

/** The mark with which Hugging Face's templates show what is still to be written. */
const UNWRITTEN = '[More Information Needed]';
const LARGEST_CARD = 500_000;
const LONGEST_HEADING = 500;
const MOST_FIGURES = 50;
const DEFAULT_WORDS = 8;

const FORMS: Record<CardKind, { keys: string[]; sections: [title: string, ...aliases: string[]][] }> = {
  model: {
    keys: ['license', 'library_name', 'tags', 'datasets', 'metrics', 'model-index'],
    sections: [
      ['Direct Use'],
      ['Out-of-Scope Use'],
      ['Bias, Risks, and Limitations', 'Risks, Limitations and Biases', 'Limitations and Biases'],
      ['Training Data'],
      ['Metrics'],
      ['Results', 'Evaluation Results'],
      ['Environmental Impact', 'Carbon Emissions'],
    ],
  },
  dataset: {
    keys: ['license', 'pretty_name', 'size_categories', 'task_categories', 'source_datasets', 'configs'],
    sections: [
      ['Uses', 'Intended Uses'],
      ['Dataset Structure', 'Structure'],
      ['Source Data', 'Initial Data Collection'],
      ['Personal and Sensitive Information', 'Privacy Considerations'],
      ['Bias, Risks, and Limitations', 'Considerations for Using the Data'],
    ],
  },
};

/** What of a card is written. A section is written when it has at least `words` words and no part marked as unwritten. */
export function readCard(kind: CardKind, text: string | undefined, words = DEFAULT_WORDS): CardProgress {
  const { keys, sections } = FORMS[kind];
  const { data, body, problem } = splitFrontMatter((text ?? '').slice(0, LARGEST_CARD));
  const written = readSections(body);
  const missing = [
    ...keys.filter((key) => !isFilled(key === 'model-index' ? resultsOf(data[key]) : ownOf(data[key]))),
    ...sections
      .filter((titles) => !titles.some((title) => isWritten(written.get(normalise(title)), words)))
      .map(([title]) => title),
  ];
  const total = keys.length + sections.length;
  const grams = asRecord(data['co2_eq_emissions'])['emissions'] ?? data['co2_eq_emissions'];
  return {
    done: total - missing.length,
    total,
    missing,
    figures: readFigures(data['model-index']),
    ...(typeof grams === 'number' && Number.isFinite(grams) ? { grams } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** "4 of 13, missing datasets, model-index, …" */
export function describeCard({ done, total, missing }: CardProgress): string {
  return missing.length === 0 ? `${done} of ${total}` : `${done} of ${total}, missing ${missing.join(', ')}`;
}

function splitFrontMatter(text: string): { data: Record<string, unknown>; body: string; problem?: string } {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  if (!match) return { data: {}, body: text };
  const body = text.slice(match[0].length);
  const parsed = parseYaml(match[1] ?? '');
  return 'value' in parsed
    ? { data: asRecord(parsed.value), body }
    : { data: {}, body, problem: `the front matter is not YAML: ${parsed.unreadable}` };
}

/** The text under each heading, that of its sub-headings included. Headings inside code are code. */
function readSections(body: string): Map<string, string> {
  const sections = new Map<string, string>();
  let open: { title: string; level: number }[] = [];
  let fence: string | undefined;
  for (const line of withoutComments(body).split(/\r?\n/)) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark && (fence === undefined || mark.startsWith(fence))) fence = fence === undefined ? mark : undefined;
    const isHeading = fence === undefined && line.length <= LONGEST_HEADING;
    const heading = isHeading ? /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line) : null;
    if (!heading) {
      for (const { title } of open) sections.set(title, `${sections.get(title) ?? ''}${line}\n`);
      continue;
    }
    const level = heading[1]!.length;
    open = [...open.filter((section) => section.level < level), { title: normalise(heading[2]!), level }];
  }
  return sections;
}

/** By hand, because an expression would look for the end of each of a million openings. */
function withoutComments(text: string): string {
  let rest = text;
  let kept = '';
  for (;;) {
    const start = rest.indexOf('<!--');
    const end = start === -1 ? -1 : rest.indexOf('-->', start + 4);
    if (end === -1) return kept + rest;
    kept += rest.slice(0, start);
    rest = rest.slice(end + 3);
  }
}

function isWritten(text: string | undefined, words: number): boolean {
  if (text === undefined || text.toLowerCase().includes(UNWRITTEN.toLowerCase())) return false;
  return countWords(ownWords(text)) >= words;
}

function countWords(text: string): number {
  let count = 0;
  for (const { isWordLike } of new Intl.Segmenter('en', { granularity: 'word' }).segment(text)) if (isWordLike) count++;
  return count;
}

function normalise(title: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word !== 'and' && word !== 'optional').join(' ');
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'string')
    return value.trim() !== '' && ownWords(value).trim() !== '' && !value.includes(UNWRITTEN);
  if (Array.isArray(value)) return value.some(isFilled);
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== null && value !== undefined;
}

/** What the trainer of transformers writes by itself. */
const madeTags = new Set(['generated_from_trainer', 'generated_from_keras_callback']);

function ownOf(value: unknown): unknown {
  return Array.isArray(value) ? value.filter((tag) => !madeTags.has(scalarText(tag))) : value;
}

/** A list of models without a result says nothing. */
function resultsOf(index: unknown): unknown[] {
  return asList(index)
    .flatMap((model) => asList(asRecord(model)['results']))
    .filter((result) => asList(asRecord(result)['metrics']).length > 0);
}

function readFigures(index: unknown): CardProgress['figures'] {
  const metrics = asList(index)
    .flatMap((model) => asList(asRecord(model)['results']))
    .flatMap((result) => asList(asRecord(result)['metrics']))
    .slice(0, MOST_FIGURES)
    .map(asRecord);
  return metrics.flatMap(({ type, name, value }) => {
    const metric = typeof type === 'string' ? type : name;
    const number = typeof value === 'string' ? Number(value) : value;
    return typeof metric === 'string' && typeof number === 'number' && Number.isFinite(number)
      ? [{ metric, value: number }]
      : [];
  });
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
