// The next drill of an owner: when it is, whether it may begin now, and its begin.
import { decideGrades } from '../../domain/grade/grade-act.ts';
import type { DrillKind, DrillRule } from '../../domain/challenge/challenge.ts';
import type { Drill, IncidentKind } from '../../domain/drill/drill.ts';
import { deadlinesOf, isFarFromDeadlines, isWorkingHour, planDrills } from '../../domain/drill/plan-drills.ts';
import { seedOf } from '../../domain/dataset/sample.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { drillJob } from '../jobs/queue-practice.ts';
import { challengeOf, isActive, type DrillSite } from './drill-site.ts';
import { prepareFault } from './prepare-fault.ts';

const hour = 3_600_000;

/** Begins what is due, or says when to look again; undefined when there is nothing more. */
export async function beginNext(ports: FlowPorts, site: DrillSite): Promise<Drill | undefined> {
  const { found, student, drills, now, place } = site;
  const rule = challengeOf(site)?.drills;
  if (!rule) return undefined;
  const again = (at: Date): Promise<void> => ports.store.enqueue([drillJob(place, student.owner, at)]);
  const deadlines = await ownDeadlines(ports, site);
  const whose = { owner: student.owner, secret: ports.endpoints.timing, zone: found.course.timezone };
  const mine = planDrills(found.challenges, { ...whose, deadlines }).filter(
    (planDrill) => planDrill.challenge === place.challenge,
  );
  const next = mine.find(({ turn }) => !drills.some((drill) => isTurn(drill, place.challenge, turn)));
  if (!next) return undefined;
  if (next.at > now) return void (await again(next.at));
  const length = Math.max(rule.lasts, rule.postMortemWithin);
  if (now.getTime() + length > rule.to.getTime()) {
    await ports.store.addDrill(place.organisation, { ...draftDrill(site, rule, next), state: 'dropped' });
    return void (await again(new Date(now.getTime() + 1000)));
  }
  const isPunctual = now.getTime() - next.at.getTime() < hour;
  const inTime = isPunctual || isWorkingHour(now.getTime(), found.course.timezone);
  const begun = inTime ? await begin(ports, site, { ...next, rule }, deadlines) : { problem: 'It is night.' };
  if ('problem' in begun) return void (await again(new Date(now.getTime() + hour)));
  return begun;
}

type Meant = { turn: number; kind: IncidentKind; rule: DrillRule; occasion?: string; practice?: true };

/** By hand: of this kind, or of the one that is next. What is planned for that turn then does not come any more. */
export async function beginByHand(
  ports: FlowPorts,
  site: DrillSite,
  { kind, occasion }: { kind?: DrillKind; occasion: string },
): Promise<Drill | { problem: string }> {
  const rule = challengeOf(site)?.drills;
  if (!rule) return { problem: `${site.place.challenge} announces no \`drills\`.` };
  const known = site.drills.find((drill) => drill.occasion === occasion);
  if (known) return known;
  const { challenge } = site.place;
  let turn = 0;
  while (site.drills.some((drill) => isTurn(drill, challenge, turn))) turn++;
  const practice = turn >= rule.number ? { practice: true as const } : {};
  const whose = { owner: site.student.owner, secret: ports.endpoints.timing, zone: site.found.course.timezone };
  const planned = planDrills(site.found.challenges, whose).find(
    (planDrill) => planDrill.challenge === challenge && planDrill.turn === turn,
  );
  const chosen = kind ?? planned?.kind ?? rule.kinds[turn % rule.kinds.length]!;
  return begin(ports, site, { turn, kind: chosen, rule, occasion, ...practice }, await ownDeadlines(ports, site));
}

async function begin(
  ports: FlowPorts,
  site: DrillSite,
  meant: Meant & { kind: DrillKind },
  deadlines: readonly Date[],
): Promise<Drill | { problem: string }> {
  const { place, drills, now } = site;
  if (drills.some(isActive)) return { problem: 'Another incident is not closed yet: never two at once.' };
  if (!isFarFromDeadlines(now, meant.rule.lasts, deadlines))
    return { problem: 'A deadline is less than a day before or after: no drill begins now.' };
  const prepared = await prepareFault(ports, site, meant.kind);
  if ('problem' in prepared) return prepared;
  const drill: Drill = { ...draftDrill(site, meant.rule, meant), ...prepared };
  const added = await ports.store.addDrill(place.organisation, drill);
  return added ? drill : { problem: 'Another incident has just begun.' };
}

export function draftDrill({ place, student, now }: DrillSite, rule: DrillRule, meant: Omit<Meant, 'rule'>): Drill {
  const { turn, kind, occasion, practice } = meant;
  const { detectWithin, lasts, postMortemWithin, sections } = rule;
  const key = seedOf('drill', place.organisation.toLowerCase(), place.challenge, student.owner, turn, occasion ?? '');
  return {
    id: `${place.challenge}-${student.owner}-${turn + 1}-${key.toString(16)}`.toLowerCase(),
    challenge: place.challenge,
    owner: student.owner,
    repository: student.name,
    turn,
    kind,
    state: 'running',
    ...(occasion === undefined ? {} : { occasion }),
    ...(practice ? { practice } : {}),
    terms: { detectWithin, lasts, postMortemWithin, sections },
    // GitHub's times are whole seconds.
    began: new Date(Math.floor(now.getTime() / 1000) * 1000),
    log: [],
  };
}

export function isTurn({ challenge, turn }: Drill, name: string, wanted: number): boolean {
  return challenge === name && turn === wanted;
}

/** Beside those of the plan: questions that are open, and what was extended. */
async function ownDeadlines({ store }: FlowPorts, { found, student, place, now }: DrillSite): Promise<Date[]> {
  const requests = await store.requests(place.organisation, student.name);
  const open = requests.filter(({ state }) => state !== 'closed').map(({ request }) => new Date(request.due));
  const names = found.challenges.map(({ name }) => name);
  const { extensions } = decideGrades(await store.gradeActs(place.organisation, [student.owner]), names, now);
  const mine = extensions.filter(({ owner, by }) => owner === student.owner && by > 0);
  const planned = found.challenges.flatMap((challenge) => deadlinesOf(challenge, student.owner));
  const later = mine.flatMap(({ by }) => planned.map((at) => new Date(at.getTime() + by)));
  return [...planned, ...open, ...later];
}
