// A look at a drill: what GitHub's record and the probes say of it, and whether it is over, or closed.
import { isService, kindWords, noteDown, type Drill } from '../../domain/drill/drill.ts';
import { findPostMortem } from '../../domain/drill/post-mortem.ts';
import type { Evidence } from '../../domain/evidence/evidence.ts';
import { describeIncident, describeTruth, incidentMarker } from '../../domain/messages/drill-message.ts';
import type { IncidentRecord } from '../../ports/drills.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { dashboardJob, scoreJob } from '../jobs/queue-jobs.ts';
import { drillJob, ledgerJob } from '../jobs/queue-practice.ts';
import { drillEvidence, type DrillSite } from './drill-site.ts';
import { findMitigation } from './find-mitigation.ts';
import { injectFault, withdrawFault } from './inject-fault.ts';

const minute = 60_000;
/** What was received in the last second may still be on its way into GitHub's record. */
const graceMs = minute;

export async function lookAtDrill(ports: FlowPorts, site: DrillSite, drill: Drill): Promise<void> {
  const { store } = ports;
  const { place, github, name, now } = site;
  if (!drill.injected) await injectFault(ports, site, drill);
  const news: Evidence[] = [];
  const record = await github.incidents.record(name, drill.issue, drill.began);
  detect(site, drill, record, news);
  if (drill.state === 'running') await endFault(ports, site, drill, record, news);
  await review(site, drill, news);
  if (drill.state === 'over' && isDone(drill, now)) close(site, drill, news);
  await store.transaction(async (inside) => {
    await inside.saveDrill(place.organisation, drill);
    for (const evidence of news) await inside.addEvidence(place.organisation, evidence);
    if (news.length > 0) await inside.enqueue([ledgerJob(place.organisation, now)]);
    await inside.enqueue([drillJob(place, drill.owner, nextLook(drill, now))]);
  });
  if (drill.state !== 'closed') return;
  const { title, body } = describeIncident(drill, site.found.course.timezone);
  const truth = describeTruth(drill, site.found.course.timezone);
  await github.issues.close(name, incidentMarker(drill.id), `${body}\n\n${truth}`);
  const head = await github.incidents.head(name);
  await store.enqueue([scoreJob(place.organisation, name, head, now), dashboardJob(place.organisation, name, now)]);
  ports.log.info({ drill: drill.id, repository: name, title }, 'drill closed');
}

/** The first thing that one of the people of this repository said or pushed, until the fault was gone. */
function detect(site: DrillSite, drill: Drill, { comments, pushes }: IncidentRecord, news: Evidence[]): void {
  if (drill.detected) return;
  const members = new Set(site.student.members.map((login) => login.toLowerCase()));
  const seen = [...comments, ...pushes.filter(({ isPerson }) => isPerson)]
    .filter(({ login, at }) => members.has(login.toLowerCase()) && at >= drill.began && at <= faultEnd(drill))
    .map(({ at }) => at.getTime());
  if (seen.length === 0) return;
  drill.detected = new Date(Math.min(...seen));
  noteDown(drill, drill.detected, 'detected');
  news.push(drillEvidence(site, drill, 'detected', drill.detected));
}

function faultEnd({ began, over, terms }: Drill): Date {
  return over ?? new Date(began.getTime() + terms.lasts);
}

async function endFault(
  ports: FlowPorts,
  site: DrillSite,
  drill: Drill,
  record: IncidentRecord,
  news: Evidence[],
): Promise<void> {
  const until = faultEnd(drill);
  // However late this looks, what came after the end of the fault has mitigated nothing.
  const mitigated = await findMitigation(ports, site, drill, record, until);
  if (mitigated) {
    drill.mitigated = mitigated;
    noteDown(drill, mitigated, 'mitigated');
    news.push(drillEvidence(site, drill, 'mitigated', mitigated));
  }
  if (!mitigated && site.now < new Date(until.getTime() + (isService(drill.kind) ? 0 : graceMs))) return;
  drill.over = await withdrawFault(ports, site, drill);
  drill.state = 'over';
  noteDown(drill, drill.over, 'the fault is gone');
  news.push(drillEvidence(site, drill, 'over', drill.over));
}

async function review({ github, name, ...site }: DrillSite, drill: Drill, news: Evidence[]): Promise<void> {
  if (drill.reviewed || drill.issue === undefined) return;
  const pulls = await github.incidents.pulls(name, drill.issue, drill.began);
  const found = findPostMortem(pulls, { issue: drill.issue, sections: drill.terms.sections });
  drill.lacks = found ? found.lacks : ['a pull request that names the incident'];
  if (!found || found.lacks.length > 0 || found.at.getTime() > reviewBy(drill)) return;
  drill.reviewed = found.at;
  noteDown(drill, found.at, 'post-mortem complete');
  news.push(drillEvidence({ github, name, ...site }, drill, 'reviewed', found.at));
}

const reviewBy = ({ began, terms }: Drill): number => began.getTime() + terms.postMortemWithin;

function isDone(drill: Drill, now: Date): boolean {
  return drill.reviewed !== undefined || now.getTime() > reviewBy(drill) + graceMs;
}

function close(site: DrillSite, drill: Drill, news: Evidence[]): void {
  drill.closed = site.now;
  drill.state = 'closed';
  noteDown(drill, site.now, 'closed');
  const lacks = drill.reviewed ? [] : (drill.lacks ?? []);
  news.push(drillEvidence(site, drill, 'closed', site.now, { fault: kindWords[drill.kind], lacks }));
}

/** A service is asked every five minutes; of the rest webhooks tell, and these looks make up for lost ones. */
function nextLook(drill: Drill, now: Date): Date {
  if (drill.state === 'closed') return new Date(now.getTime() + minute);
  const pause = drill.state === 'running' ? (isService(drill.kind) ? 5 : 15) * minute : 60 * minute;
  const end = drill.state === 'running' ? faultEnd(drill).getTime() : reviewBy(drill);
  const soon = end + graceMs + 1000;
  return new Date(Math.max(now.getTime() + 1000, Math.min(now.getTime() + pause, soon)));
}
