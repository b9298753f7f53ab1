// A person judged questions of the rubric: put it on record as evidence, then recompute and republish what follows.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { JudgementEvidence } from '../../domain/evidence/evidence.ts';
import type { Store } from '../../ports/store.ts';
import { dashboardJob, scoreJob } from '../jobs/queue-jobs.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';

export type Judging = {
  /** Makes what is sent twice one judgement. */
  id: string;
  owner: string;
  /** Full name of the repository that was looked at. */
  repository: string;
  by: string;
  at: Date;
};
/** Points of a level, or null to take an earlier judgement back. */
export type Judged = { criterion: string; level: number | null; comment: string };

/** What is wrong with it in one sentence, or undefined once it is recorded. */
export async function recordJudgements(
  store: Store,
  organisation: string,
  { name: challenge, rubric }: Challenge,
  { id, owner, repository, by, at }: Judging,
  judged: readonly Judged[],
): Promise<string | undefined> {
  const evidence: JudgementEvidence[] = [];
  for (const { criterion, level, comment } of judged) {
    const known = rubric?.criteria.find(({ name }) => name === criterion);
    const said = level === null ? { text: '' } : known?.levels.find(({ points }) => points === level);
    if (!known || !said) return `the rubric of ${challenge} has no ${criterion} of ${level ?? 'that level'}`;
    const common = { challenge, owner, repository, at, trust: 'measured' as const };
    const key = `judgement/${id}/${criterion}`;
    evidence.push({ kind: 'judgement', id: key, ...common, criterion, level, said: said.text, comment, by });
  }
  await store.transaction(async (inside) => {
    for (const judgementEvidence of evidence) await inside.addEvidence(organisation, judgementEvidence);
    const commits = await inside.lastCommits(organisation, owner);
    const name = repository.split('/').at(-1)!;
    await inside.enqueue([
      ...commits.map((commit) => scoreJob(organisation, commit.repository, commit.commit, at)),
      ledgerJob(organisation, at),
      dashboardJob(organisation, name, at),
    ]);
  });
  return undefined;
}
