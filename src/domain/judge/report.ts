// What the check run on an answer says: a conclusion, a title, a summary in words, and a note on each wrong row.
import { coarseValue } from '../challenge/coarse.ts';
import type { AnswerFormat } from './answer.ts';
import type { Mismatch, RowKey } from './compare.ts';
import type { Row } from '../text/row.ts';
import { locateEntries } from './locate.ts';
import type { Judgement } from './judge.ts';

type AnswerAnnotation = {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'failure';
  message: string;
};

export type AnswerReport = {
  conclusion: 'success' | 'neutral' | 'failure';
  title: string;
  summary: string;
  annotations: AnswerAnnotation[];
};

export type Handed = {
  path: string;
  text: string;
  format: AnswerFormat;
  rows: readonly Row[];
  attempt: number;
  attempts: number;
  /** True once nothing more can be handed in: only then may expected values be shown. */
  closed: boolean;
};

const MOST = 50;

const conclusions = {
  correct: 'success',
  partial_correct: 'neutral',
  pending: 'neutral',
  incorrect: 'failure',
  syntax_error: 'failure',
  deadline_exceeded: 'failure',
} as const;

/** The report on a judgement. Values of the answer are quoted as code, cut short, and cannot break out of it. */
export function reportAnswer(judgement: Judgement, handed: Handed): AnswerReport {
  const { verdict, message, missing, extra, duplicates } = judgement;
  const left = Math.max(0, handed.attempts - handed.attempt);
  const lines = [sayJudgement(judgement), ''];
  const list = (title: string, keys: readonly RowKey[]): void => {
    if (keys.length === 0) return;
    const more = keys.length > MOST ? ` and ${keys.length - MOST} more` : '';
    lines.push(`- ${title}: ${keys.slice(0, MOST).map(code).join(', ')}${more}`);
  };
  list('missing rows', missing);
  list('rows that were not asked for', extra);
  list('rows given more than once', duplicates);
  const annotations =
    verdict === 'syntax_error' ? [annotation(handed.path, judgement.line ?? 1, message)] : annotate(judgement, handed);
  if (staysHidden(judgement)) lines.push('- which rows are right is not told, since quality is measured on such rows');
  else if (judgement.wrong > 0) {
    const marked = Math.min(annotations.length, judgement.wrong);
    const where =
      marked === 0 ? 'none of them can be marked in the file' : `the first ${marked} are marked in the file`;
    lines.push(`- rows that differ: ${judgement.wrong}; ${where}`);
  }
  lines.push('', nextStep(judgement, left, handed, annotations));
  return {
    conclusion: conclusions[verdict],
    title: `${verdict.replace('_', ' ')}: attempt ${handed.attempt} of ${handed.attempts}`,
    summary: lines.join('\n'),
    annotations,
  };
}

/** Of predictions no more than steps: the exact figure over a few rows would tell how many of them are right. */
function sayJudgement(judgement: Judgement): string {
  const { prediction, quality, expected, missing, message, verdict } = judgement;
  if (prediction === undefined || verdict === 'syntax_error' || verdict === 'deadline_exceeded') return message;
  const answered = `${expected - missing.length} of ${expected} rows were predicted`;
  if (!quality) return `${answered}.`;
  const about = coarseValue(quality.metric, quality.value, { pass: quality.threshold });
  return `${answered}, ${quality.metric} about ${about} against ${Math.round(quality.threshold * 10_000) / 10_000}.`;
}

function nextStep(
  { verdict }: Judgement,
  left: number,
  { closed }: Handed,
  marks: readonly AnswerAnnotation[],
): string {
  if (verdict === 'correct') return 'Nothing more to do.';
  if (verdict === 'deadline_exceeded') return 'The request is closed: this answer does not count.';
  if (closed || left === 0) {
    // Said only where it is so.
    const shown = closed && marks.some((mark) => mark.message.includes(', expected '));
    return `The request is closed.${shown ? ' Expected values are shown on the marked rows.' : ''}`;
  }
  return `Correct the answer and push it again: ${left} attempt${left === 1 ? ' is' : 's are'} left.`;
}

/** Of predicted classes a mark would tell the label; a number that cannot be read tells nothing. */
function staysHidden({ prediction }: Judgement): boolean {
  return prediction === 'class';
}

function annotate(judgement: Judgement, handed: Handed): AnswerAnnotation[] {
  if (staysHidden(judgement)) return [];
  const wanted = new Map(judgement.mismatches.slice(0, MOST).map((mismatch) => [mismatch.row, mismatch]));
  if (wanted.size === 0) return [];
  const places = new Map<RowKey, number>();
  for (const [index, row] of handed.rows.entries()) {
    const key = row['row'] as RowKey;
    // Of a row given twice the last one is compared.
    if (wanted.has(key)) places.set(key, index);
  }
  const last = Math.max(...places.values());
  const lines = locateEntries(handed.text, handed.format, last + 1);
  return [...wanted.values()].flatMap((mismatch) => {
    const line = lines[places.get(mismatch.row) ?? -1];
    return line === undefined ? [] : [annotation(handed.path, line, explain(mismatch, handed.closed))];
  });
}

function explain({ row, key, ...cell }: Mismatch, closed: boolean): string {
  const where = `row ${code(row)}, column ${code(key)}`;
  if (!('submitted' in cell)) return `${where}: the column is missing`;
  const shown = 'expected' in cell && closed ? `, expected ${code(cell.expected)}` : '';
  const unasked = !('expected' in cell) && !closed ? ' is not right or was not asked for' : ' is not right';
  return `${where}: ${code(cell.submitted)}${unasked}${shown}`;
}

function annotation(path: string, line: number, message: string): AnswerAnnotation {
  return { path, start_line: line, end_line: line, annotation_level: 'failure', message };
}

/** A value as inline code. */
function code(value: unknown): string {
  const text = (JSON.stringify(value) ?? 'nothing').replace(/[`\p{Cc}\p{Cf}]/gu, '?');
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}
