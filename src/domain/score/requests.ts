// Criterion requests: what the answers earned, the best attempt of each request counting.
import type { ScoreRule } from '../challenge/challenge.ts';
import type { AnswerEvidence, Verdict } from '../evidence/evidence.ts';
import { sayShare } from '../time/say-time.ts';
import { award, evidenceOf, isTrusted } from '../evidence/criterion.ts';
import type { CriterionScore, Reason, ScoreInput } from '../evidence/criterion.ts';

const words: Record<Verdict, string> = {
  pending: 'waits for an answer',
  correct: 'is answered correctly',
  partial_correct: 'is answered in part',
  incorrect: 'is answered, but wrongly',
  syntax_error: 'has an answer that could not be read',
  deadline_exceeded: 'was not answered before its deadline',
};

const next: Partial<Record<Verdict, string>> = {
  pending: 'Push the answer before the deadline.',
  partial_correct: 'The check run on the answer names the rows that differ; push again while attempts are left.',
  incorrect: 'The check run on the answer names the rows that differ; push again while attempts are left.',
  syntax_error: 'The check run on the answer says what could not be read; push again.',
};

/** Correct earns all; partial the matched rows out of all that were expected or added; anything else nothing. */
export function scoreRequests(input: ScoreInput, rule: ScoreRule): CriterionScore {
  const best = new Map<string, AnswerEvidence>();
  for (const answer of evidenceOf(input, 'answer')) {
    if (!isTrusted(answer, rule)) continue;
    const known = best.get(answer.request);
    if (!known || rank(answer) > rank(known)) best.set(answer.request, answer);
  }
  const answers = [...best.values()];
  const closed = answers.filter(({ verdict }) => verdict !== 'pending');
  const share =
    closed.length === 0 ? undefined : closed.reduce((sum, evidence) => sum + answerShare(evidence), 0) / closed.length;
  return award(rule, share, answers.map(explain));
}

/** What an answer is worth, 0 to 1. */
function answerShare({ verdict, matches, expected, extra }: AnswerEvidence): number {
  if (verdict === 'correct') return 1;
  if (verdict !== 'partial_correct') return 0;
  return expected + extra === 0 ? 0 : Math.min(1, matches / (expected + extra));
}

// A real verdict outranks silence, whatever it earned; among verdicts the better one counts.
function rank(answer: AnswerEvidence): number {
  if (answer.verdict === 'pending') return -2;
  return answer.verdict === 'deadline_exceeded' ? -1 : answerShare(answer);
}

function explain(answer: AnswerEvidence): Reason {
  const { verdict, matches, expected, extra } = answer;
  const added = extra > 0 ? ` and ${extra} not asked for` : '';
  const rows =
    verdict === 'partial_correct'
      ? `: ${matches} of ${expected} rows${added}, worth ${sayShare(answerShare(answer))}`
      : '';
  const advice = next[verdict];
  return {
    text: `${answer.name === undefined ? `Request ${answer.request}` : capital(answer.name)} ${words[verdict]}${rows}.`,
    evidence: answer.id,
    ...(advice ? { next: advice } : {}),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
