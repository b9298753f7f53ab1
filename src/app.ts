// The application: event → flow, as Probot routes it. A flow ignores what is not about a repository of its kind.
import type { Probot } from 'probot';
import { changedOnGitHub } from './changed-on-github.ts';
import { bringsRequest } from './domain/messages/request-message.ts';
import { deadlineMoved } from './flows/grade/cut-deadline.ts';
import { drillTouched } from './flows/drill/run-drill.ts';
import { followComment } from './flows/comment/follow-comment.ts';
import { followPull } from './flows/shipment/follow-pull.ts';
import { followPush } from './flows/shipment/follow-push.ts';
import { followPlacedJob } from './flows/placement/follow-placement.ts';
import { pipelinePushed } from './flows/placement/place-pipeline.ts';
import { followReactionJob } from './flows/reaction/advance-reaction.ts';
import { offerReaction } from './flows/reaction/offer-reaction.ts';
import { previewChallenge } from './flows/plan/preview-challenge.ts';
import { dashboardTouched } from './flows/upkeep/keep-dashboard-issue.ts';
import { judgeAnswer } from './flows/request/judge-answer.ts';
import { collectJob, milestonesJob } from './flows/jobs/queue-jobs.ts';
import { recordInstallation } from './flows/course/record-installation.ts';
import { pressButton } from './flows/upkeep/press-button.ts';
import { rerunCheck, rerunSuite } from './flows/upkeep/rerun-check.ts';
import { syncPushed } from './flows/plan/sync-challenge.ts';
import { pushTime } from './domain/evidence/push-time.ts';
import { followTemplatePull, templatePushed } from './flows/course/update-template.ts';
import type { FlowPorts } from './ports/flow-ports.ts';
import { where, type About, type Payload, type Row, type Webhooks } from './webhook-rows.ts';

type AboutPull = About & {
  pull_request: { number: number; head: { sha: string; repo: { full_name: string } | null } };
};
type AboutIssue = About & { issue: { number: number }; sender?: { login: string } };
type AboutCheck = About & {
  check_run: { name: string; head_sha: string; external_id: string | null; app: { slug?: string } | null };
};
type AboutApp = {
  action: string;
  installation: { id: number; account: { id: number; login: string } | { id: number; slug: string } | null };
};

const preview = async (ports: FlowPorts, p: AboutPull): Promise<void> => {
  const { number: pull, head } = p.pull_request;
  await previewChallenge(ports, { ...where(p), commit: head.sha });
  // Nothing of another repository's is ever run.
  if (head.repo?.full_name === p.repository.full_name)
    await offerReaction(ports, { ...where(p), commit: head.sha, pull });
  await drillTouched(ports, where(p));
};
const install = async (ports: FlowPorts, { action, installation: { id, account } }: AboutApp): Promise<void> => {
  // An enterprise has no login, and no repositories to make courses in.
  if (!account || !('login' in account)) return;
  await recordInstallation(ports, {
    action,
    installation: { id, account: { login: account.login, id: account.id } },
  });
};
const aboutCheck = (p: AboutCheck) => ({
  ...where(p),
  commit: p.check_run.head_sha,
  name: p.check_run.name,
  externalId: p.check_run.external_id ?? '',
  app: p.check_run.app?.slug ?? '',
});
const rerun = (ports: FlowPorts, p: AboutCheck): Promise<void> => rerunCheck(ports, aboutCheck(p));
const touched = (ports: FlowPorts, p: AboutIssue): Promise<void> =>
  dashboardTouched(ports, { ...where(p), number: p.issue.number, sender: p.sender?.login ?? '' });

const webhooks: Webhooks = {
  ...changedOnGitHub,
  'installation.created': install,
  'installation.unsuspend': install,
  'installation.suspend': install,
  'installation.deleted': install,
  'pull_request.opened': preview,
  'pull_request.reopened': preview,
  'pull_request.synchronize': preview,
  'pull_request.edited': async (ports, p) => drillTouched(ports, where(p)),
  'pull_request.closed': async (ports, p, { receivedAt }) => {
    const { number, merged, head, merge_commit_sha: mergeCommit } = p.pull_request;
    const closed = {
      ...where(p),
      branch: head.ref,
      number,
      merged,
      at: receivedAt,
      ...(typeof mergeCommit === 'string' ? { mergeCommit } : {}),
    };
    await followPull(ports, closed);
    await followTemplatePull(ports, closed);
  },
  'issue_comment.created': async (ports, p) => {
    const { id, body, user, created_at: at } = p.comment;
    if (!user || user.type === 'Bot') return;
    const comment = { id, body, login: user.login, at: new Date(at) };
    const { number, pull_request: pull } = p.issue;
    await drillTouched(ports, where(p));
    await followComment(ports, { ...where(p), number, onPull: pull !== undefined, comment });
  },
  push: async (ports, p, { receivedAt }) => {
    await deadlineMoved(ports, { ...where(p), ref: p.ref, sender: p.sender?.login });
    await drillTouched(ports, where(p));
    if (p.deleted || p.ref !== `refs/heads/${p.repository.default_branch}`) return;
    await syncPushed(ports, where(p));
    await pipelinePushed(ports, { ...where(p), commit: p.after });
    await templatePushed(ports, { ...where(p), commit: p.after });
    // A question of ours moves the branch, but neither data nor answers.
    if (isRequest(ports, p)) return;
    const at = pushTime(p.repository.pushed_at, receivedAt);
    await followPush(ports, { ...where(p), commit: p.after, at });
    await judgeAnswer(ports, { ...where(p), commit: p.after, at, brought: pathsOf(p) });
    await ports.store.forgetEndpoint(where(p).organisation, where(p).repository);
  },
  'issues.closed': touched,
  'issues.deleted': touched,
  'issues.edited': touched,
  'issues.transferred': touched,
  'check_run.completed': async (ports, p) => {
    // Our own say nothing new.
    if (p.check_run.app?.slug !== ports.appSlug) await collect(ports, p, p.check_run.head_sha);
  },
  'workflow_run.completed': async (ports, p) => {
    await collect(ports, p, p.workflow_run.head_sha);
    await drillTouched(ports, where(p));
  },
  workflow_job: async (ports, p, { receivedAt: at }) => {
    const { id: jobId, run_id: runId, name, runner_name: runner, conclusion } = p.workflow_job;
    const job = { ...where(p), action: p.action ?? '', jobId, runId, name, runner, conclusion, at };
    await followPlacedJob(ports, job);
    await followReactionJob(ports, job);
  },
  'check_run.rerequested': rerun,
  'check_suite.rerequested': (ports, p) =>
    rerunSuite(ports, { ...where(p), commit: p.check_suite.head_sha, app: p.check_suite.app?.slug ?? '' }),
  'check_run.requested_action': (ports, p, { receivedAt: at }) =>
    pressButton(ports, {
      ...aboutCheck(p),
      button: p.requested_action?.identifier ?? '',
      login: p.sender.login,
      checkRun: p.check_run.id,
      at,
    }),
};

/** What a stored delivery brings besides its event; where a row throws, its error as it is. */
export type InHand = { ports: FlowPorts; receivedAt: Date; failure?: unknown };

/** The application function: each row of the table becomes a listener of Probot's. */
export function app(inHand: ReadonlyMap<string, InHand>): (probot: Probot) => void {
  return (probot) => {
    // The table has held each row against its event; here they are all alike, and one name stands for all.
    const rows = Object.entries(webhooks as object) as ['push', Row<never>][];
    for (const [name, row] of rows)
      probot.on(name, async ({ id, payload }) => {
        const delivery = inHand.get(id)!;
        try {
          await row(delivery.ports, payload as never, delivery);
        } catch (failure) {
          // Probot would hang the whole payload on it, and hide its code in another error.
          delivery.failure = failure;
        }
      });
  };
}

/** Whether anything is done about an event, with or without its action. */
export function isListenedTo(event: string, action: string | undefined): boolean {
  return Object.hasOwn(webhooks, `${event}.${action ?? ''}`) || Object.hasOwn(webhooks, event);
}

/** A commit of our own; checked by sender, because the message alone could be copied. */
function isRequest({ appSlug }: FlowPorts, { sender, head_commit }: Payload<'push'>): boolean {
  return sender?.login === `${appSlug}[bot]` && bringsRequest(head_commit?.message ?? '');
}

/** The files that a push brought and left there. */
function pathsOf({ commits = [] }: Payload<'push'>): string[] {
  const paths = new Set<string>();
  for (const { added = [], modified = [], removed = [] } of commits) {
    for (const path of [...added, ...modified]) paths.add(path);
    for (const path of removed) paths.delete(path);
  }
  return [...paths];
}

/** Reports are collected by a job of their own: many webhooks about one commit are one piece of work. */
async function collect(ports: FlowPorts, about: About, commit: string): Promise<void> {
  const { organisation, repository } = where(about);
  const { store, clock } = ports;
  if (!(await store.studentRepository(organisation, repository))) return;
  const now = clock.now();
  await store.enqueue([
    collectJob(organisation, repository, commit, now),
    milestonesJob(organisation, repository, commit, now),
  ]);
}
