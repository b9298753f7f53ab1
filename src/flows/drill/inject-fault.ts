// The fault comes, and goes: both may be run again at any point.
import { isService, noteDown, type Drill } from '../../domain/drill/drill.ts';
import {
  describeFault,
  describeIncident,
  describeMend,
  faultTrailer,
  incidentMarker,
  mendTrailer,
} from '../../domain/messages/drill-message.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { ledgerJob } from '../jobs/queue-practice.ts';
import { drillEvidence, type DrillSite } from './drill-site.ts';
import { faultyBytes } from './prepare-fault.ts';

/** The fault, the issue, and the first line of the log. A commit has the second that GitHub gave it. */
export async function injectFault(ports: FlowPorts, site: DrillSite, drill: Drill): Promise<void> {
  const { github, name, found, place, now } = site;
  const { fault, kind } = drill;
  if (fault && kind === 'remote_outage') await ports.remoteFaults.hide(...(await remoteOf(ports, site, drill)));
  else if (fault && kind !== 'outage') {
    const contents = kind === 'late_shipment' ? undefined : await faultyBytes(site, kind, fault);
    const change = { path: fault.path, ...(contents ? { contents } : {}) };
    const commit = { changes: [change], message: describeFault(drill), trailer: faultTrailer(drill.id) };
    const { commit: sha, at, before } = await github.incidents.change(name, commit);
    drill.fault = { ...fault, commit: sha };
    drill.began = at;
    drill.before = before;
  }
  const text = describeIncident(drill, found.course.timezone);
  const issue = await github.issues.show(name, incidentMarker(drill.id), text, drill.issue);
  if (issue !== undefined) drill.issue = issue;
  drill.injected = true;
  noteDown(
    drill,
    drill.began,
    kind === 'outage'
      ? 'the service is down and its error budget burns'
      : isService(kind)
        ? 'the fault begins'
        : `the fault begins at ${fault?.path ?? 'the remote'}`,
  );
  const { sections: _, ...terms } = drill.terms;
  const began = drillEvidence(site, drill, 'began', drill.began, {
    terms,
    ...(issue === undefined ? {} : { issue }),
  });
  await ports.store.transaction(async (inside) => {
    await inside.saveDrill(place.organisation, drill);
    await inside.addEvidence(place.organisation, began);
    await inside.enqueue([ledgerJob(place.organisation, now)]);
  });
  ports.log.info({ drill: drill.id, repository: name, kind }, 'drill began');
}

/** Returns when it was gone: by GitHub's second where a commit took it away. */
export async function withdrawFault(ports: FlowPorts, site: DrillSite, drill: Drill): Promise<Date> {
  const { github, name, now } = site;
  const { fault, kind } = drill;
  if (fault && kind === 'remote_outage') await ports.remoteFaults.restore(...(await remoteOf(ports, site, drill)));
  else if (fault?.shipped !== undefined) {
    const head = await github.incidents.head(name);
    const here = (await github.runs.blobs(name, head, [fault.path])).get(fault.path);
    if (here !== fault.shipped) {
      const contents = await github.studentFiles.readBlob(name, fault.shipped);
      const commit = {
        changes: [{ path: fault.path, contents }],
        message: describeMend(drill),
        trailer: mendTrailer(drill.id),
      };
      return (await github.incidents.change(name, commit)).at;
    }
  }
  return now;
}

async function remoteOf(
  { store }: FlowPorts,
  { place }: DrillSite,
  { fault }: Drill,
): Promise<[remote: string, name: string]> {
  const stored = await store.shipment(place.organisation, fault!.shipment);
  return [stored?.shipment.remote ?? '', fault!.path];
}
