// A student pushed: which answers does the commit hold that were not judged yet? Each gets a verdict, on the commit, in words.
import { describeStray } from '../../domain/messages/request-message.ts';
import type { Verdict } from '../../domain/evidence/evidence.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { GitHub } from '../../ports/github.ts';
import type { AnswerBlob, HandedAnswer, StoredRequest } from '../../ports/practice.ts';
import { scoreJob } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { deskOf, isClosed, judgeBlob, showVerdict } from './show-verdict.ts';

type Payload = {
  organisation: string;
  repository: string;
  commit: string;
  at: Date;
  /** Files that the push brought, as GitHub tells: to name those that answer nothing. */
  brought: readonly string[];
  /** This request alone. */
  only?: string;
};

/** Looks at the commit itself, not at what a webhook says has changed: a lost or doubled one makes no difference. */
export async function judgeAnswer(ports: FlowPorts, payload: Payload): Promise<void> {
  const { organisation, repository, commit, at } = payload;
  const { store, clock } = ports;
  const record = await store.course(organisation);
  const asked = (await store.requests(organisation, repository)).filter(
    ({ state, request }) => state !== 'planned' && (payload.only ?? request.id) === request.id,
  );
  if (!record || asked.length === 0) return;
  const github = ports.github(record);
  const paths = asked.flatMap(({ request: { id } }) => [`answers/${id}.json`, `answers/${id}.csv`]);
  for (const stray of straysOf(payload.brought, paths).slice(0, mostStrays)) {
    await github.checkRuns.publish(repository, { headSha: commit, ...describeStray(stray, asked) });
  }
  const blobs = await github.studentFiles.find(repository, commit, paths);
  let news = false;
  for (const stored of asked) {
    let current = stored;
    for (const blob of blobs.filter(({ path }) => path.startsWith(`answers/${stored.request.id}.`))) {
      if (current.answers.some((known) => known.blob === blob.blob)) continue;
      current = await judgeOne(ports, github, record, current, { ...blob, commit, at });
      news = true;
    }
  }
  if (!news) return;
  const now = clock.now();
  await store.enqueue([scoreJob(organisation, repository, commit, now), ledgerJob(organisation, now)]);
}

/** Files in the folder of answers that no request of this repository asked for: a name mistyped, or somebody else's. */
function straysOf(brought: readonly string[], paths: readonly string[]): string[] {
  return brought.filter(
    (path) => /^answers\/[^/.][^/]*$/.test(path) && !/^answers\/readme/i.test(path) && !paths.includes(path),
  );
}

const mostStrays = 5;

type AnswerInCommit = AnswerBlob & { commit: string; at: Date };

async function judgeOne(
  ports: FlowPorts,
  github: GitHub,
  record: CourseRecord,
  stored: StoredRequest,
  found: AnswerInCommit,
): Promise<StoredRequest> {
  const { store, clock } = ports;
  const { request, repository } = stored;
  const { path, blob, bytes, commit, at } = found;
  const counted = stored.answers.filter((answer) => answer.counted);
  const settled = counted.some(({ verdict }) => verdict === 'correct');
  const counts = !settled && counted.length < request.attempts;
  const attempt = Math.min(counted.length + 1, request.attempts);
  const desk = deskOf(github, ports);
  const file = { path, blob, bytes, commit, at: at.toISOString(), attempt, counted: counts };
  const withVerdict = (verdict: Verdict): StoredRequest => ({
    ...stored,
    answers: [...stored.answers, { ...file, verdict }],
  });
  // Whether it is the last attempt does not hang on the verdict.
  const judged = await judgeBlob(desk, stored, found, {
    attempt,
    closed: isClosed(withVerdict('pending'), clock.now()),
  });
  const handed: HandedAnswer = { ...file, verdict: judged.verdict };
  const saved = withVerdict(judged.verdict);
  await showVerdict(desk, saved, handed, clock.now(), judged);
  const moved = await store.transaction(async (inside) => {
    const current = await inside.lockRequest(record.organisation, request.id);
    if (current && (current.state !== stored.state || current.answers.length !== stored.answers.length)) return current;
    await inside.saveRequest(record.organisation, saved);
    if (!counts) return undefined;
    const { verdict, matches, expected, extra, quality } = judged;
    await inside.addEvidence(record.organisation, {
      kind: 'answer',
      id: `answer/${request.id}/${blob}`,
      challenge: request.challenge,
      owner: stored.owner,
      repository: `${record.login}/${repository}`,
      at,
      trust: 'measured',
      request: request.id,
      ...(request.name === undefined ? {} : { name: request.name }),
      release: request.release,
      verdict,
      matches,
      expected,
      extra,
      attempt,
      ...(quality ? { quality: { metric: quality.metric, value: quality.value, rows: quality.rows } } : {}),
      ...(judged.measured && verdict !== 'syntax_error' ? { measured: judged.measured } : {}),
    });
    return undefined;
  });
  if (!moved) return saved;
  // It was closed, or another answer was judged meanwhile: which attempt this is, and whether it counts, is decided again.
  if (moved.answers.some((known) => known.blob === blob)) return moved;
  return judgeOne(ports, github, record, moved, found);
}
