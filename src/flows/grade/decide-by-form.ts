// A form of the grader's page → the decision that it means, recorded with name and reason.
import type { GradeAct } from '../../domain/grade/grade-act.ts';
import {
  isCriterion,
  makeExtension,
  makeOverride,
  readExtension,
  readPoints,
  type Decision,
} from '../../domain/grade/make-decision.ts';
import { storableText } from '../../domain/text/storable.ts';
import type { Store } from '../../ports/store.ts';
import { inForce, type InForce } from '../course/in-force.ts';
import { answerAppeal } from '../request/appeal.ts';
import { recordDecision } from './record-decision.ts';
import { recordJudgements, type Judged } from './record-judgement.ts';

export type Form = Readonly<Record<string, string>>;
type Asked = { organisation: string; owner: string; by: string; form: Form; now: Date };

const longestText = 2000;
const longestName = 100;

/** What is wrong, in one sentence for the page; undefined once everything is recorded. */
export async function carryOutForm(store: Store, asked: Asked): Promise<string | undefined> {
  const { organisation, by, form } = asked;
  const found = await inForce(store, organisation);
  if (!found?.owners.some(({ slug }) => slug === asked.owner)) return 'There is no such student in the course.';
  if (by === '' || by.length > longestName) return 'Write your name: every decision is recorded with it.';
  if (!/^[0-9a-f-]{36}$/.test(form['nonce'] ?? '')) return 'This form is too old: load the page again.';
  const long = Object.values(form).some((text) => text.length > longestText);
  if (long) return `Texts may have ${longestText} characters at most.`;
  switch (form['what']) {
    case 'judge':
      return judge(store, found, asked);
    case 'override':
      return decide(store, asked, overrideOf(found, asked));
    case 'extend':
      return decide(store, asked, extensionOf(found, asked));
    case 'answer':
      return answer(store, asked);
    default:
      return 'This form means nothing here: load the page again.';
  }
}

const text = (form: Form, key: string): string => storableText((form[key] ?? '').replaceAll(/\s+/g, ' ').trim());
const chosen = (form: Form, key: string): string | undefined => text(form, key) || undefined;

function overrideOf(found: InForce, { owner, by, form }: Asked): Decision {
  const points = readPoints(form['points'] ?? '');
  const criterion = chosen(form, 'criterion');
  if (points === undefined) return { problem: 'points are a number, or `none` to take an earlier grade back' };
  if (criterion !== undefined && !isCriterion(criterion)) return { problem: `there is no criterion ${criterion}` };
  const signed = { reason: text(form, 'reason'), by, ...(criterion === undefined ? {} : { criterion }) };
  return makeOverride(found, owner, text(form, 'challenge'), points, signed);
}

function extensionOf(found: InForce, { owner, by, form }: Asked): Decision {
  const time = readExtension(form['time'] ?? '');
  if (time === undefined) return { problem: 'the time is a duration up to a year, such as `2d` or `36h`' };
  const challenge = chosen(form, 'challenge');
  const release = chosen(form, 'release');
  return makeExtension(found, owner, time, {
    reason: text(form, 'reason'),
    by,
    ...(challenge === undefined ? {} : { challenge }),
    ...(release === undefined ? {} : { release }),
  });
}

async function decide(store: Store, asked: Asked, decision: Decision): Promise<string | undefined> {
  if ('problem' in decision) return `Nothing was recorded: ${decision.problem}.`;
  if (text(asked.form, 'reason') === '') return 'Nothing was recorded: give a reason; the student reads it.';
  const act = { ...decision.act, id: `page/${asked.form['nonce']}`, at: asked.now } as GradeAct;
  // Sent twice it is one decision, and that is what was meant.
  await recordDecision(store, asked.organisation, act, asked.now);
  return undefined;
}

async function judge(store: Store, { record, challenges }: InForce, asked: Asked): Promise<string | undefined> {
  const { organisation, owner, by, form, now } = asked;
  const challenge = challenges.find(({ name }) => name === form['challenge']);
  if (!challenge?.rubric) return 'Nothing was recorded: that challenge has no rubric.';
  const judged = challenge.rubric.criteria.flatMap(({ name }): Judged[] => {
    const level = form[`level:${name}`] ?? '';
    const comment = text(form, `comment:${name}`);
    // What stays as it was on the page is not judged again.
    if (level === (form[`was:${name}`] ?? '') && comment === text(form, `said:${name}`)) return [];
    return [{ criterion: name, level: level === '' ? null : Number(level), comment }];
  });
  if (judged.length === 0) return 'Nothing was changed, so nothing was recorded.';
  const repositories = (await store.studentRepositories(organisation)).filter(
    (studentRepository) => studentRepository.owner === owner,
  );
  const shipped = await store.shipments(organisation, { owner, challenge: challenge.name });
  const repository = shipped[0]?.shipment.repository ?? repositories[0]?.name;
  if (repository === undefined) return 'Nothing was recorded: the student has no repository yet.';
  const judging = { id: form['nonce']!, owner, repository: `${record.login}/${repository}`, by, at: now };
  const problem = await recordJudgements(store, organisation, challenge, judging, judged);
  return problem === undefined ? undefined : `Nothing was recorded: ${problem}.`;
}

async function answer(store: Store, { organisation, owner, by, form, now }: Asked): Promise<string | undefined> {
  const said = text(form, 'text');
  if (said === '') return 'Nothing was recorded: write an answer; the student reads it.';
  const [request, appeal] = [form['request'] ?? '', form['appeal'] ?? ''];
  const stored = await store.request(organisation, request);
  if (stored?.owner !== owner) return 'There is no such appeal.';
  const given = { at: now.toISOString(), by, text: said };
  if (await answerAppeal(store, organisation, { request, appeal }, given, now)) return undefined;
  return 'Somebody has answered this appeal already.';
}
