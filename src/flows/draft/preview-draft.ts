// What a draft of a challenge would mean if it were merged: the one check of the course, the one plan, and the data as students get it.
import { withAliases } from '../../domain/course/identify-owners.ts';
import { carrierName, carriersOf } from '../../domain/challenge/delivery.ts';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { Course, Owner } from '../../domain/course/course.ts';
import { readForm, type FormValues } from '../../domain/draft/form-text.ts';
import { latenessCosts, mergeBy } from '../../domain/evidence/merge-by.ts';
import { scorePolicy, type ScorePolicy } from '../../domain/evidence/policy.ts';
import { sayRetention } from '../../domain/messages/plan-words.ts';
import { sayRunCosts } from '../../domain/report/billed-minutes.ts';
import { heldOutRows } from '../../domain/dataset/slices.ts';
import { countKept, countNew } from '../../domain/plan/diff.ts';
import { planShipments, rowCounts } from '../../domain/plan/plan.ts';
import { describeSlot, scheduleReleases, slotKey } from '../../domain/plan/release-schedule.ts';
import { isAcceptable, type Problem } from '../../domain/text/problem.ts';
import { fillTemplate, pathFault } from '../../domain/text/repository-path.ts';
import { describeSlice, type DataMessage } from '../../domain/messages/data-message.ts';
import { isRemoteSource } from '../../domain/challenge/source-kind.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { CheckedDraft, Overlay, ProposedDraft, Sketch } from '../../ports/drafts.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { planCourse } from '../plan/plan-course.ts';
import { recentRunCosts } from '../plan/recent-run-costs.ts';
import { fileOf, siteAt, type DraftPlace, type DraftSite } from './open-draft.ts';

export type PlannedRelease = {
  name: string;
  due: Date;
  past: boolean;
  rows?: number;
  first?: string;
  last?: string;
  path: string;
  by: string;
  takes: string;
  mergeBy: Date;
};

export type DraftPlan = {
  challenge: Challenge;
  course: Course;
  owners: number;
  releases: PlannedRelease[];
  /** Whether a merge after the date costs points. */
  lateCosts: boolean;
  held?: number;
  changes: { add: number; change: number; cancel: number; keep: number };
  /** When everything about people goes, where it does. */
  retention?: string;
  /** What runs cost in minutes of Actions. */
  costs: string;
  sketch?: Sketch;
  /** What the first release says in the student repository. */
  message?: DataMessage;
};

export type DraftPreview = {
  /** Of the challenge's file. */
  path: string;
  problems: Problem[];
  columns: string[];
  sources: string[];
  /** Absent while there are errors. */
  plan?: DraftPlan;
  now: Date;
};

/** Undefined where the course is not there. */
export async function previewDraft(
  ports: FlowPorts,
  place: DraftPlace,
  text: string,
): Promise<DraftPreview | undefined> {
  const site = await siteAt(ports, place);
  if (!site) return undefined;
  const { path, checked } = await checkDraft(ports, site, place, text);
  const now = ports.clock.now();
  const source = readForm(text)?.['dataset.source'] ?? '';
  const columns = (checked.facts[source]?.columns ?? []).map(({ name }) => name);
  const problems = checked.problems;
  const challenge = checked.challenges.find(({ file }) => file === path);
  const common = { path, problems, columns, sources: await ports.drafts.sources(site.snapshot.directory), now };
  const own = problems.filter(({ file }) => file === path || file === source);
  if (!challenge || !checked.course || !isAcceptable(own)) return common;
  return { ...common, plan: await planOf(ports, site, { checked, challenge, course: checked.course, now }) };
}

export type CheckedPlace = {
  path: string;
  checked: CheckedDraft;
  texts: Map<string, string>;
  data?: { path: string; upload: string };
};

/** The course with the draft laid over it, as the check of a pull request would read it. */
export async function checkDraft(
  ports: FlowPorts,
  { snapshot }: DraftSite,
  { organisation, challenge, upload }: DraftPlace,
  text: string,
): Promise<CheckedPlace> {
  const form = readForm(text) ?? {};
  const name = challenge ?? form['name'] ?? '';
  const path = fileOf(challenge === undefined ? { challenges: [] } : snapshot, isName(name) ? name : 'unnamed');
  const texts = new Map([[path, text]]);
  const source = form['dataset.source'] ?? '';
  const isLocal = source !== '' && !isRemoteSource(source) && pathFault(source) === undefined;
  const data = upload !== undefined && isLocal ? { path: source, upload } : undefined;
  if (upload !== undefined && challenge === undefined) {
    const made = await proposeAs(ports, snapshot, { organisation, upload }, form);
    // The contract, the data card and what the student template needs go where the challenge goes.
    for (const [from, one] of made.texts) {
      const beside = from.startsWith(`challenges/${made.name}/`) ? from.slice(`challenges/${made.name}/`.length) : '';
      if (beside !== '' && beside !== 'challenge.yml') texts.set(path.replace(/[^/]*$/, beside), one);
    }
  }
  const known = new Set(Object.keys(snapshot.facts));
  const overlay: Overlay = { texts, known, ...(data ? { data } : {}) };
  const checked = await ports.drafts.check(organisation, snapshot.directory, overlay, path);
  return { path, checked, texts, ...(data ? { data } : {}) };
}

/** With the target and the order of the form, so that the contract and what students begin with are made for them. */
async function proposeAs(
  { drafts, clock }: FlowPorts,
  { directory, course }: DraftSite['snapshot'],
  { organisation, upload }: { organisation: string; upload: string },
  form: FormValues,
): Promise<ProposedDraft> {
  const plain = { timezone: course?.timezone ?? 'UTC', now: clock.now() };
  const first = await drafts.propose(organisation, directory, upload, plain);
  const { 'dataset.target': target, 'dataset.order': order } = form;
  const own = readForm(first.texts.get(`challenges/${first.name}/challenge.yml`) ?? '') ?? {};
  if (target === own['dataset.target'] && order === own['dataset.order']) return first;
  const chosen = { ...(target ? { target } : {}), ...(order && !order.startsWith('{') ? { order } : {}) };
  try {
    return await drafts.propose(organisation, directory, upload, { ...plain, ...chosen });
  } catch (error) {
    // A column that the file does not have is a problem of the draft, and stands at its field.
    if (!isFailure(error, 'upload-refused')) throw error;
    return first;
  }
}

/** As `name` of challenge.yml may be. */
const isName = (name: string): boolean => /^(?=.{1,60}$)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/.test(name);

type Previewed = { checked: CheckedDraft; challenge: Challenge; course: Course; now: Date };

async function planOf(
  { store }: FlowPorts,
  { record, snapshot: { directory } }: DraftSite,
  { checked, challenge, course, now }: Previewed,
): Promise<DraftPlan> {
  const owners: Owner[] = withAliases(checked.owners, record.aliases ?? {});
  const { sketch, ...read } = checked;
  const whole = { ...read, owners, course, directory, files: {}, isEmpty: false };
  const { changes, repositories } = await planCourse(store, record, whole, now);
  const costs = await recentRunCosts(store, record.organisation, now);
  const retention = sayRetention(course, checked.challenges);
  const policy = scorePolicy(challenge, course);
  const facts = checked.facts[challenge.dataset.source];
  const rows = rowCounts(challenge, facts, checked.counts[challenge.file]);
  const slots = scheduleReleases(checked.challenges, owners.length);
  const releases = challenge.releases.map(({ name, due }, index): PlannedRelease => {
    const cut = sketch?.releases.find((release) => release.name === name);
    const count = cut?.rows ?? rows[index];
    return {
      name,
      due,
      past: due < now,
      ...(count === undefined ? {} : { rows: count }),
      ...(cut?.first === undefined ? {} : { first: cut.first, last: cut.last ?? '' }),
      path: fillTemplate(challenge.path, { release: name, challenge: challenge.name }),
      by: carriersOf(challenge, name).map(carrierName).join(', '),
      takes: describeSlot(slots.get(slotKey(challenge.name, name))!, due, course.timezone, now),
      mergeBy: mergeBy({ due }, policy),
    };
  });
  const { change, cancel } = changes;
  return {
    challenge,
    course,
    owners: owners.length,
    releases,
    lateCosts: latenessCosts(policy),
    ...(facts ? { held: heldOutRows(facts.rows, challenge.dataset.holdOut) } : {}),
    changes: { add: countNew(changes), change: change.length, cancel: cancel.length, keep: countKept(changes) },
    ...(retention === undefined ? {} : { retention }),
    costs: sayRunCosts(costs, repositories.length),
    ...(sketch ? { sketch, message: messageOf({ checked, challenge, course }, owners, sketch, policy) } : {}),
  };
}

/** To one student; the others read the same. */
function messageOf(
  { checked, challenge, course }: Omit<Previewed, 'now'>,
  owners: readonly Owner[],
  { slice }: Sketch,
  policy: ScorePolicy,
): DataMessage {
  const owner = owners[0] ?? { slug: 'student', kind: 'student', name: 'student', members: [] };
  const [shipment] = planShipments(course, challenge, [owner], checked.facts[challenge.dataset.source]);
  const times = { zone: course.timezone, mergeBy: mergeBy({ due: new Date(shipment!.due) }, policy) };
  return describeSlice(shipment!, slice, latenessCosts(policy) ? times : { zone: course.timezone });
}
