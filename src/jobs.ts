// The job table: job name → flow.
import { checkMilestones } from './flows/check-milestones.ts';
import { closeRequest } from './flows/close-request.ts';
import { placeTask, stopTask, tellPlacement } from './flows/carry-out-placement.ts';
import { commitGrades } from './flows/commit-grades.ts';
import { collectReport } from './flows/collect-report.ts';
import { cutDeadline } from './flows/cut-deadline.ts';
import { dispatchShipment } from './flows/dispatch-shipment.ts';
import { issueRequest } from './flows/issue-request.ts';
import { keepDashboardIssue } from './flows/keep-dashboard-issue.ts';
import { onboardCourse } from './flows/onboard-course.ts';
import { probeEndpoint } from './flows/probe-endpoint.ts';
import { tickPlacement } from './flows/follow-placement.ts';
import { submitPipeline, withdrawPipelines } from './flows/place-pipeline.ts';
import { provisionStudent } from './flows/provision-student.ts';
import { publishHead } from './flows/publish-head.ts';
import { publishScore } from './flows/publish-score.ts';
import { reportParked } from './flows/report-parked.ts';
import { reconcile } from './flows/reconcile.ts';
import { stageShipment } from './flows/stage-shipment.ts';
import { syncChallenge } from './flows/sync-challenge.ts';
import { updateTemplate } from './flows/update-template.ts';
import { writeLedger } from './flows/write-ledger.ts';
import { workDelivery } from './inbox.ts';
import type { Outside } from './ports.ts';
import type { JobOutcome, JobTable } from './worker.ts';

type Flow<Payload> = (outside: Outside, payload: Payload) => Promise<JobOutcome>;

export function jobTable(outside: Outside): JobTable {
  const row =
    <Payload>(flow: Flow<Payload>) =>
    (payload: Payload) =>
      flow(outside, payload);
  return {
    delivery: row(workDelivery),
    'sync-challenge': row(syncChallenge),
    'onboard-course': row(onboardCourse),
    'provision-student': row(provisionStudent),
    'stage-shipment': row(stageShipment),
    'dispatch-shipment': row(dispatchShipment),
    'collect-report': row(collectReport),
    'check-milestones': row(checkMilestones),
    'cut-deadline': row(cutDeadline),
    'publish-score': row(publishScore),
    'publish-head': row(publishHead),
    'keep-dashboard-issue': row(keepDashboardIssue),
    'report-parked': row(reportParked),
    'update-template': row(updateTemplate),
    'issue-request': row(issueRequest),
    'close-request': row(closeRequest),
    'probe-endpoint': row(probeEndpoint),
    'write-ledger': row(writeLedger),
    'commit-grades': row(commitGrades),
    'submit-pipeline': row(submitPipeline),
    'withdraw-pipelines': row(withdrawPipelines),
    'tick-placement': row(tickPlacement),
    'place-task': row(placeTask),
    'stop-task': row(stopTask),
    'tell-placement': row(tellPlacement),
    reconcile: row(reconcile),
  };
}
