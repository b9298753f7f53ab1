// What a person who grades needs: who waits to be judged, and of one student the evidence, the appeals and what was decided.
import type { JudgementEvidence } from '../../domain/evidence/evidence.ts';
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import type { StoredRequest } from '../../ports/practice.ts';
import type { Store } from '../../ports/store.ts';
import { freshenStandings } from '../grade/keep-standings.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { readStudentState, type StudentState } from './show-state.ts';

export type GradingView = StudentState & {
  now: Date;
  owner: InForce['owners'][number];
  /** The latest of each question, by challenge and criterion. */
  judged: ReadonlyMap<string, JudgementEvidence>;
  appealed: StoredRequest[];
  /** What people decided about this student, the latest first. */
  acts: Exclude<GradeAct, { kind: 'gate' }>[];
};

export const judgedKey = (challenge: string, criterion: string): string => JSON.stringify([challenge, criterion]);

export async function showGrading(
  store: Store,
  organisation: string,
  slug: string,
  now: Date,
): Promise<GradingView | undefined> {
  const state = await readStudentState(store, organisation, now, slug);
  if (!state) return undefined;
  const judgements = state.evidence
    .filter((evidence): evidence is JudgementEvidence => evidence.kind === 'judgement')
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
  const acts = (await store.gradeActs(organisation, [slug])).filter((act) => act.kind !== 'gate');
  return {
    ...state,
    now,
    owner: state.owners[0]!,
    judged: new Map(judgements.map((judgement) => [judgedKey(judgement.challenge, judgement.criterion), judgement])),
    appealed: await store.appealedRequests(organisation, slug),
    acts: acts.toReversed(),
  };
}

export type GradingList = {
  record: InForce['record'];
  course: InForce['course'];
  rows: { owner: string; name: string; challenge: string; judged: number; worth: number }[];
  /** How many students do not stand here as of now yet. */
  pending: number;
  /** Appeals without an answer, by owner. */
  appeals: ReadonlyMap<string, number>;
};

/** Whoever waits for a person: something of the rubric is not judged, or an appeal has no answer. */
export async function showGradingList(store: Store, organisation: string, now: Date): Promise<GradingList | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course, challenges } = found;
  const pending = await freshenStandings(store, { ...found, organisation, now });
  const names = new Set(challenges.map(({ name }) => name));
  const rows = (await store.standingsWith(organisation, 'rubric')).filter(({ challenge }) => names.has(challenge));
  const appealed = await store.appealedRequests(organisation);
  const open = appealed.flatMap((request) =>
    (request.appeals ?? []).filter(({ answer }) => !answer).map(() => request.owner),
  );
  return {
    record,
    course,
    pending,
    rows: rows.map(({ of, ...row }) => ({ ...row, judged: of })),
    appeals: new Map([...Map.groupBy(open, (owner) => owner)].map(([owner, all]) => [owner, all.length])),
  };
}
