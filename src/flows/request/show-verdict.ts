// The check run on an answer, or on the silence after a request: judged from the file itself, so that it can be shown again.
import { readAside } from '../aside/read-aside.ts';
import { ANSWER_LIMIT_BYTES, answerTooLarge } from '../../domain/judge/answer.ts';
import { judgeSilence } from '../../domain/judge/judge.ts';
import { judgeFile, type JudgedFile } from '../../domain/judge/judge-file.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { describeAppeals } from '../../domain/messages/appeal-message.ts';
import { describeExpected } from '../../domain/messages/request-message.ts';
import { answerCheck, calledRequest } from '../../domain/request/request-name.ts';
import type { CheckRunDraft, GitHub } from '../../ports/github.ts';
import type { AnswerBlob, HandedAnswer, StoredRequest } from '../../ports/practice.ts';

/** GitHub hands out files up to 100 MB; answers are read whole. */
const limitBytes = Math.min(ANSWER_LIMIT_BYTES, 32 * 1024 * 1024);

/** What is needed to judge: the files, and a place to read them. */
export type Desk = Pick<GitHub, 'checkRuns' | 'studentFiles'> & Pick<FlowPorts, 'aside'>;

export function deskOf({ checkRuns, studentFiles }: GitHub, { aside }: FlowPorts): Desk {
  return { checkRuns, studentFiles, ...(aside ? { aside } : {}) };
}

/** Reads the file, up to the limit, and judges it by when GitHub received it. One that cannot be read in time is wrong. */
export async function judgeBlob(
  desk: Omit<Desk, 'checkRuns'>,
  { repository, expectation, request: { attempts } }: StoredRequest,
  { path, blob, bytes, at }: AnswerBlob & { at: Date },
  { attempt, closed }: { attempt: number; closed: boolean },
): Promise<JudgedFile> {
  const asked = { expectation, path, at, attempt, attempts, closed };
  const tooLarge = answerTooLarge(bytes, limitBytes);
  if (tooLarge !== undefined) return judgeFile({ unreadable: tooLarge }, asked);
  const file = await desk.studentFiles.readBlob(repository, blob);
  try {
    return await readAside(desk, repository, 'judgeFile', file, asked);
  } catch (error) {
    if (!isFailure(error, 'reading-exceeded', 'reading-failed')) throw error;
    const why = isFailure(error, 'reading-exceeded') ? (error as Error).message : 'it could not be read';
    return judgeFile({ unreadable: `The answer was given up: ${why}. Hand in only the rows asked for.` }, asked);
  }
}

/** Whether nothing more can be handed in: only then is it shown what was expected. */
export function isClosed({ request, expectation, state, answers }: StoredRequest, now: Date): boolean {
  const counted = answers.filter((answer) => answer.counted);
  return state === 'closed' || now > expectation.due! || counted.length >= request.attempts;
}

/** Shows what became of one answer, on its commit. `judged` where it was just judged; otherwise the file is read again. */
export async function showVerdict(
  desk: Desk,
  stored: StoredRequest,
  handed: HandedAnswer,
  now: Date,
  judged?: JudgedFile,
): Promise<void> {
  const closed = isClosed(stored, now);
  const { attempt } = handed;
  const again = (): Promise<JudgedFile> =>
    judgeBlob(desk, stored, { ...handed, at: new Date(handed.at) }, { attempt, closed });
  const draft = handed.counted ? draftOf(stored, judged ?? (await again()), handed, closed) : refusal(stored, handed);
  await desk.checkRuns.publish(stored.repository, draft);
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
  { verdict, report }: JudgedFile,
  { commit }: HandedAnswer,
  closed: boolean,
): CheckRunDraft {
  const { request, expectation } = stored;
  const expected = closed && verdict !== 'correct' ? describeExpected(expectation) : undefined;
  return {
    name: answerCheck(request),
    headSha: commit,
    externalId: `answer:${request.id}`,
    conclusion: report.conclusion,
    title: report.title,
    summary: `${report.summary}${saidOf(stored)}`,
    actions: verdict === 'correct' ? [judgeButton] : [appealButton, judgeButton],
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
