// The job table: job name → flow.
import { withinBudget } from './flows/jobs/within-budget.ts';
import { checkMilestones } from './flows/milestones/check-milestones.ts';
import { lookAtCourse, lookAtRepository } from './flows/course/look-at-repository.ts';
import { keepRetention } from './flows/ledger/forget-course.ts';
import { reportRepositories } from './flows/course/report-repositories.ts';
import { closeRequest } from './flows/request/close-request.ts';
import { stopTask } from './flows/placement/carry-out-placement.ts';
import { commitGrades } from './flows/grade/commit-grades.ts';
import { collectReport } from './flows/report/collect-report.ts';
import { cutDeadline } from './flows/grade/cut-deadline.ts';
import { dispatchShipment } from './flows/shipment/dispatch-shipment.ts';
import { issueRequest } from './flows/request/issue-request.ts';
import { keepStandings } from './flows/grade/keep-standings.ts';
import { keepDashboardIssue } from './flows/upkeep/keep-dashboard-issue.ts';
import { onboardCourse } from './flows/course/onboard-course.ts';
import { sendReminder } from './flows/monitor/remind-student.ts';
import { notifyStudent } from './flows/people/notify-student.ts';
import { probeEndpoint } from './flows/endpoint/probe-endpoint.ts';
import { runDrill } from './flows/drill/run-drill.ts';
import { stressEndpoint } from './flows/endpoint/stress-endpoint.ts';
import { tickPlacement } from './flows/placement/follow-placement.ts';
import { submitPipeline, withdrawPipelines } from './flows/placement/place-pipeline.ts';
import { provisionStudent } from './flows/course/provision-student.ts';
import { publishHead } from './flows/ledger/publish-head.ts';
import { publishScore } from './flows/grade/publish-score.ts';
import { reportParked } from './flows/shipment/report-parked.ts';
import { advanceReaction, placeEither, tellEither } from './flows/reaction/advance-reaction.ts';
import { startReaction } from './flows/reaction/start-reaction.ts';
import { reconcile } from './flows/upkeep/reconcile.ts';
import { stageShipment } from './flows/shipment/stage-shipment.ts';
import { showRequest } from './flows/request/show-request.ts';
import { followMerge } from './flows/plan/follow-merge.ts';
import { syncChallenge } from './flows/plan/sync-challenge.ts';
import { updateTemplate } from './flows/course/update-template.ts';
import { writeRoster } from './flows/people/write-roster.ts';
import { writeLedger } from './flows/ledger/write-ledger.ts';
import { workDelivery } from './work-delivery.ts';
import { parsePayload, type JobName, type JobPayload } from './ports/job-map.ts';
import type { FlowPorts } from './ports/flow-ports.ts';
import type { ClaimedJob, JobOutcome } from './ports/jobs.ts';
import type { JobTable } from './worker.ts';
import { Failure } from './domain/text/failure.ts';

type Flow<Name extends JobName> = (ports: FlowPorts, payload: JobPayload<Name>, job: ClaimedJob) => Promise<JobOutcome>;

const flows: { readonly [Name in JobName]: Flow<Name> } = {
  delivery: workDelivery,
  'sync-challenge': syncChallenge,
  'onboard-course': onboardCourse,
  'follow-merge': followMerge,
  'write-roster': writeRoster,
  'provision-student': provisionStudent,
  'look-at-repository': lookAtRepository,
  'look-at-course': lookAtCourse,
  'report-repositories': reportRepositories,
  'keep-retention': keepRetention,
  'stage-shipment': stageShipment,
  'dispatch-shipment': dispatchShipment,
  'collect-report': collectReport,
  'check-milestones': checkMilestones,
  'cut-deadline': cutDeadline,
  'publish-score': publishScore,
  'publish-head': publishHead,
  'keep-dashboard-issue': keepDashboardIssue,
  'notify-student': notifyStudent,
  'send-reminder': sendReminder,
  'report-parked': reportParked,
  'update-template': updateTemplate,
  'issue-request': issueRequest,
  'close-request': closeRequest,
  'show-request': showRequest,
  'probe-endpoint': probeEndpoint,
  'run-drill': runDrill,
  'stress-endpoint': stressEndpoint,
  'write-ledger': writeLedger,
  'keep-standings': keepStandings,
  'commit-grades': commitGrades,
  'submit-pipeline': submitPipeline,
  'withdraw-pipelines': withdrawPipelines,
  'tick-placement': tickPlacement,
  'place-task': placeEither,
  'stop-task': stopTask,
  'tell-placement': tellEither,
  'start-reaction': startReaction,
  'advance-reaction': advanceReaction,
  reconcile: reconcile,
};

/** Each flow, given payloads as the database has them: one that cannot be read is parked, where a person sees it, and not run. */
export function jobTable(ports: FlowPorts): JobTable {
  const row = <Name extends JobName>(name: Name): [Name, (stored: unknown, job: ClaimedJob) => Promise<JobOutcome>] => [
    name,
    async (stored, job) => {
      const parsed = parsePayload(name, stored);
      if ('payload' in parsed) {
        const { payload } = parsed;
        const run = async (): Promise<JobOutcome> => flows[name](ports, payload, job);
        return withinBudget(ports, { name, payload, lane: job.lane }, run);
      }
      const message = `the payload of this ${name} cannot be read: ${parsed.fault}`;
      throw new Failure('payload-unreadable', message, { permanent: true });
    },
  ];
  return Object.fromEntries((Object.keys(flows) as JobName[]).map(row));
}
