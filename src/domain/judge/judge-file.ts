// One handed-in file from its bytes to what is kept and shown of it, in one step, so that nothing large comes out.
import type { Statistics } from '../challenge/statistics.ts';
import type { Verdict } from '../evidence/evidence.ts';
import { answerFormat, readAnswer } from './answer.ts';
import { judge, measurePredictions, type Answer, type Expectation, type Judgement } from './judge.ts';
import { reportAnswer, type AnswerReport } from './report.ts';

export type FileAsked = {
  expectation: Expectation;
  path: string;
  /** When GitHub received it. */
  at: Date;
  attempt: number;
  attempts: number;
  /** Nothing more can be handed in: what was expected may be shown. */
  closed: boolean;
};

export type JudgedFile = Pick<Judgement, 'matches' | 'expected' | 'quality'> & {
  verdict: Verdict;
  /** Rows that were not asked for, or came twice. */
  extra: number;
  measured?: Statistics;
  report: AnswerReport;
};

/** `unreadable`: why it was not read at all. */
export function judgeFile(file: Uint8Array | { unreadable: string }, asked: FileAsked): JudgedFile {
  const { expectation, path, at, attempt, attempts, closed } = asked;
  const format = answerFormat(path);
  const text = file instanceof Uint8Array ? new TextDecoder().decode(file) : '';
  const answer: Answer = file instanceof Uint8Array ? readAnswer(text, format, expectation.expected) : file;
  const judgement = judge(expectation, answer, at);
  // What came too late was not answered: choosing to be late must not be better than being wrong.
  const late = judgement.verdict === 'deadline_exceeded';
  const measured = measurePredictions(expectation, late ? { rows: [] } : answer);
  const rows = 'rows' in answer ? answer.rows : [];
  const { verdict, matches, expected, quality, extra, duplicates } = judgement;
  return {
    verdict,
    matches,
    expected,
    extra: extra.length + duplicates.length,
    ...(quality ? { quality } : {}),
    ...(measured ? { measured } : {}),
    report: reportAnswer(judgement, { path, text, rows, format, attempt, attempts, closed }),
  };
}
