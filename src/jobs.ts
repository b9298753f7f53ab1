// The job table: job name → flow.
import { checkMilestones } from './flows/milestones/check-milestones.ts';
import { lookAtCourse, lookAtRepository } from './flows/course/look-at-repository.ts';
import { reportRepositories } from './flows/course/report-repositories.ts';
import { closeRequest } from './flows/request/close-request.ts';
import { placeTask, stopTask, tellPlacement } from './flows/placement/carry-out-placement.ts';
import { commitGrades } from './flows/grade/commit-grades.ts';
import { collectReport } from './flows/report/collect-report.ts';
import { cutDeadline } from './flows/grade/cut-deadline.ts';
import { dispatchShipment } from './flows/shipment/dispatch-shipment.ts';
import { issueRequest } from './flows/request/issue-request.ts';
import { keepDashboardIssue } from './flows/upkeep/keep-dashboard-issue.ts';
import { onboardCourse } from './flows/course/onboard-course.ts';
import { probeEndpoint } from './flows/endpoint/probe-endpoint.ts';
import { tickPlacement } from './flows/placement/follow-placement.ts';
import { submitPipeline, withdrawPipelines } from './flows/placement/place-pipeline.ts';
import { provisionStudent } from './flows/course/provision-student.ts';
import { publishHead } from './flows/ledger/publish-head.ts';
import { publishScore } from './flows/grade/publish-score.ts';
import { reportParked } from './flows/shipment/report-parked.ts';
import { reconcile } from './flows/upkeep/reconcile.ts';
import { stageShipment } from './flows/shipment/stage-shipment.ts';
import { syncChallenge } from './flows/plan/sync-challenge.ts';
import { updateTemplate } from './flows/course/update-template.ts';
import { writeLedger } from './flows/ledger/write-ledger.ts';
import { workDelivery } from './inbox.ts';
import type { Outside } from './ports/outside.ts';
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
    'look-at-repository': row(lookAtRepository),
    'look-at-course': row(lookAtCourse),
    'report-repositories': row(reportRepositories),
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
