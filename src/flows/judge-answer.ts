// A student pushed: which answers does the commit hold that were not judged yet? Each gets a verdict, on the commit, in words.
import { ANSWER_LIMIT_BYTES, answerFormat, answerTooLarge, readAnswer } from '../domain/judge-answer.ts';
import { reportAnswer } from '../domain/judge-report.ts';
import { judge, type Answer, type Judgement } from '../domain/judge.ts';
import { answerCheck, describeExpected } from '../domain/messages/request-message.ts';
import type { CourseRecord, Outside } from '../ports.ts';
import type { CheckRunDraft, GitHub } from '../ports-github.ts';
import type { AnswerBlob, HandedAnswer, StoredRequest } from '../ports-practice.ts';
import { scoreJob } from './queue-jobs.ts';
import { ledgerJob } from './queue-practice.ts';

type Payload = { organisation: string; repository: string; commit: string; at: Date };

/** GitHub hands out files up to 100 MB; answers are read whole. */
const limitBytes = Math.min(ANSWER_LIMIT_BYTES, 32 * 1024 * 1024);

/** Looks at the commit itself, not at what a webhook says has changed: a lost or doubled one makes no difference. */
export async function judgeAnswer(outside: Outside, { organisation, repository, commit, at }: Payload): Promise<void> {
  const { store, clock } = outside;
  const record = await store.course(organisation);
  const asked = (await store.requests(organisation, repository)).filter(({ state }) => state !== 'planned');
  if (!record || asked.length === 0) return;
  const github = outside.github(record);
  const paths = asked.flatMap(({ request: { id } }) => [`answers/${id}.json`, `answers/${id}.csv`]);
  const blobs = await github.studentFiles.find(repository, commit, paths);
  let news = false;
  for (const stored of asked) {
    let current = stored;
    for (const blob of blobs.filter(({ path }) => path.startsWith(`answers/${stored.request.id}.`))) {
      if (current.answers.some((known) => known.blob === blob.blob)) continue;
      current = await judgeOne(outside, github, record, current, { ...blob, commit, at });
      news = true;
    }
  }
  if (!news) return;
  const now = clock.now();
  await store.enqueue([scoreJob(organisation, repository, commit, now), ledgerJob(organisation, now)]);
}

type Found = AnswerBlob & { commit: string; at: Date };

async function judgeOne(
  { store, clock }: Outside,
  github: GitHub,
  record: CourseRecord,
  stored: StoredRequest,
  found: Found,
): Promise<StoredRequest> {
  const { request, expectation, repository } = stored;
  const { path, blob, bytes, commit, at } = found;
  const counted = stored.answers.filter((one) => one.counted);
  const settled = counted.some(({ verdict }) => verdict === 'correct');
  const counts = !settled && counted.length < request.attempts;
  const attempt = Math.min(counted.length + 1, request.attempts);
  const { judgement, text, answer } = await judgeBlob(github, repository, stored, found);
  const closed = clock.now() > expectation.due! || attempt >= request.attempts;
  const handed: HandedAnswer = {
    path,
    blob,
    bytes,
    commit,
    at: at.toISOString(),
    attempt,
    verdict: judgement.verdict,
    counted: counts,
  };
  await github.checkRuns.publish(
    repository,
    counts
      ? draftOf(stored, { judgement, text, answer }, handed, closed)
      : refusal(request.id, commit, settled ? 'the request was answered correctly before' : 'no attempts are left'),
  );
  const saved = { ...stored, answers: [...stored.answers, handed] };
  await store.transaction(async (inside) => {
    await inside.saveRequest(record.organisation, saved);
    if (!counts) return;
    const { verdict, matches, expected, extra, duplicates, quality } = judgement;
    await inside.addEvidence(record.organisation, {
      kind: 'answer',
      id: `answer/${request.id}/${blob}`,
      challenge: request.challenge,
      owner: stored.owner,
      repository: `${record.login}/${repository}`,
      at,
      trust: 'measured',
      request: request.id,
      release: request.release,
      verdict,
      matches,
      expected,
      extra: extra.length + duplicates.length,
      attempt,
      ...(quality ? { quality: { metric: quality.metric, value: quality.value, rows: quality.rows } } : {}),
    });
  });
  return saved;
}

export type Judged = { judgement: Judgement; text: string; answer: Answer };

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
  return { judgement: judge(expectation, answer, at), text, answer };
}

/** The check run on an answer. Expected values are only in it once nothing more can be handed in. */
export function draftOf(
  { request, expectation }: StoredRequest,
  { judgement, text, answer }: Judged,
  { path, commit, attempt }: HandedAnswer,
  closed: boolean,
): CheckRunDraft {
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
    name: answerCheck(request.id),
    headSha: commit,
    externalId: `answer:${request.id}`,
    conclusion: report.conclusion,
    title: report.title,
    summary: report.summary,
    annotations: report.annotations.map(({ path: file, start_line, annotation_level, message }) => ({
      path: file,
      line: start_line,
      level: annotation_level,
      message,
    })),
    ...(expected === undefined ? {} : { text: expected }),
  };
}

function refusal(id: string, headSha: string, because: string): CheckRunDraft {
  return {
    name: answerCheck(id),
    headSha,
    externalId: `answer:${id}`,
    conclusion: 'neutral',
    title: `not counted: ${because}`,
    summary: `This answer to request ${id} was not counted, because ${because}. The best earlier attempt stands.`,
  };
}
