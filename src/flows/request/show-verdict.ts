// The check run on an answer, or on the silence after a request: judged from the file itself, so that it can be shown again.
import { ANSWER_LIMIT_BYTES, answerFormat, answerTooLarge, readAnswer } from '../../domain/judge/answer.ts';
import { reportAnswer } from '../../domain/judge/report.ts';
import type { Statistics } from '../../domain/challenge/statistics.ts';
import { judge, judgeSilence, measurePredictions, type Answer, type Judgement } from '../../domain/judge/judge.ts';
import { describeAppeals } from '../../domain/messages/appeal-message.ts';
import { describeExpected } from '../../domain/messages/request-message.ts';
import { answerCheck, calledRequest } from '../../domain/request/request-name.ts';
import type { CheckRunDraft, GitHub } from '../../ports/github.ts';
import type { AnswerBlob, HandedAnswer, StoredRequest } from '../../ports/practice.ts';

/** GitHub hands out files up to 100 MB; answers are read whole. */
const limitBytes = Math.min(ANSWER_LIMIT_BYTES, 32 * 1024 * 1024);

export type Judged = { judgement: Judgement; measured?: Statistics; text: string; answer: Answer };

/** Reads the file, up to the limit, and judges it by when GitHub received it. */
export async function judgeBlob(
  { studentFiles }: Pick<GitHub, 'studentFiles'>,
  repository: string,
  { expectation }: Pick<StoredRequest, 'expectation'>,
  { path, blob, bytes, at }: AnswerBlob & { at: Date },
): Promise<Judged> {
  const tooLarge = answerTooLarge(bytes, limitBytes);
  const text = tooLarge === undefined ? (await studentFiles.readBlob(repository, blob)).toString('utf8') : '';
  const answer: Answer =
    tooLarge === undefined ? readAnswer(text, answerFormat(path), expectation.expected) : { unreadable: tooLarge };
  const judgement = judge(expectation, answer, at);
  // What came too late was not answered: choosing to be late must not be better than being wrong.
  const late = judgement.verdict === 'deadline_exceeded';
  const measured = measurePredictions(expectation, late ? { rows: [] } : answer);
  return { judgement, ...(measured ? { measured } : {}), text, answer };
}

/** Whether nothing more can be handed in: only then is it shown what was expected. */
function isClosed({ request, expectation, state, answers }: StoredRequest, now: Date): boolean {
  const counted = answers.filter((one) => one.counted);
  return state === 'closed' || now > expectation.due! || counted.length >= request.attempts;
}

/** Shows what became of one answer, on its commit. `judged` where it was just judged; otherwise the file is read again. */
export async function showVerdict(
  github: Pick<GitHub, 'checkRuns' | 'studentFiles'>,
  stored: StoredRequest,
  handed: HandedAnswer,
  now: Date,
  judged?: Judged,
): Promise<void> {
  const { repository } = stored;
  const draft = handed.counted
    ? draftOf(
        stored,
        judged ?? (await judgeBlob(github, repository, stored, { ...handed, at: new Date(handed.at) })),
        handed,
        isClosed(stored, now),
      )
    : refusal(stored, handed);
  await github.checkRuns.publish(repository, draft);
}

/** Nobody answered: said on the commit that asked. */
export async function showSilence(
  { checkRuns }: Pick<GitHub, 'checkRuns'>,
  stored: StoredRequest,
  now: Date,
): Promise<void> {
  const { request, expectation, repository, commit } = stored;
  const expected = describeExpected(expectation);
  await checkRuns.publish(repository, {
    name: answerCheck(request),
    headSha: commit!,
    externalId: `answer:${request.id}`,
    conclusion: 'failure',
    title: 'deadline exceeded: no answer',
    summary: `${judgeSilence(expectation, now).message}\n\nThe request is closed: it earned no points.${saidOf(stored)}`,
    actions: [appealButton],
    ...(expected === undefined ? {} : { text: expected }),
  });
}

/** What stands beside the verdict once somebody asked for a second look. */
function saidOf({ appeals = [], expectation }: StoredRequest): string {
  return describeAppeals(appeals, expectation.zone ?? 'UTC');
}

const appealButton = {
  label: 'Appeal',
  description: 'Ask a person for a second look',
  identifier: 'appeal',
};
const judgeButton = {
  label: 'Judge again',
  description: 'Read the answer again; no new attempt',
  identifier: 'judge_again',
};

function draftOf(
  stored: StoredRequest,
  { judgement, text, answer }: Judged,
  { path, commit, attempt }: HandedAnswer,
  closed: boolean,
): CheckRunDraft {
  const { request, expectation } = stored;
  const rows = 'rows' in answer ? answer.rows : [];
  const report = reportAnswer(judgement, {
    path,
    text,
    rows,
    format: answerFormat(path),
    attempt,
    attempts: request.attempts,
    closed,
  });
  const expected = closed && judgement.verdict !== 'correct' ? describeExpected(expectation) : undefined;
  return {
    name: answerCheck(request),
    headSha: commit,
    externalId: `answer:${request.id}`,
    conclusion: report.conclusion,
    title: report.title,
    summary: `${report.summary}${saidOf(stored)}`,
    actions: judgement.verdict === 'correct' ? [judgeButton] : [appealButton, judgeButton],
    annotations: report.annotations.map(({ path: file, start_line, annotation_level, message }) => ({
      path: file,
      line: start_line,
      level: annotation_level,
      message,
    })),
    ...(expected === undefined ? {} : { text: expected }),
  };
}

/** An answer that came after the right one, or after the last attempt. */
function refusal({ request, answers }: StoredRequest, { commit }: HandedAnswer): CheckRunDraft {
  const settled = answers.some(({ counted, verdict }) => counted && verdict === 'correct');
  const because = settled ? 'the request was answered correctly before' : 'no attempts are left';
  return {
    name: answerCheck(request),
    headSha: commit,
    externalId: `answer:${request.id}`,
    conclusion: 'neutral',
    title: `not counted: ${because}`,
    summary: `This answer to ${calledRequest(request)} was not counted, because ${because}. The best earlier attempt stands.`,
  };
}
