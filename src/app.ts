// The application: event → flow, as Probot routes it. A flow ignores what is not about a repository of its kind.
import type { EmitterWebhookEvent, EmitterWebhookEventName } from '@octokit/webhooks';
import type { Probot } from 'probot';
import { bringsRequest } from './domain/messages/request-message.ts';
import { deadlineMoved } from './flows/grade/cut-deadline.ts';
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
import type { DeliveryRecord } from './ports/records.ts';
import type { Outside } from './ports/outside.ts';

/** An event, with or without its action, as GitHub's own schema types it. */
type EventName = EmitterWebhookEventName;
type Payload<Name extends EventName> = Name extends `${infer Event extends EventName}.${infer Action}`
  ? Extract<EmitterWebhookEvent<Event>['payload'], { action: Action }>
  : EmitterWebhookEvent<Name>['payload'];
type Row<Name extends EventName> = (
  outside: Outside,
  payload: Payload<Name>,
  delivery: Pick<DeliveryRecord, 'receivedAt'>,
) => Promise<void>;
type Webhooks = { readonly [Name in EventName]?: Row<Name> };

/** What rows for several events read of them: the table holds it against the schema of each. */
type About = { repository: { name: string; full_name: string; owner: { login: string } | null } };
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

const preview = async (outside: Outside, p: AboutPull): Promise<void> => {
  const { number: pull, head } = p.pull_request;
  await previewChallenge(outside, { ...where(p), commit: head.sha });
  // Nothing of another repository's is ever run.
  if (head.repo?.full_name === p.repository.full_name)
    await offerReaction(outside, { ...where(p), commit: head.sha, pull });
};
const install = async (outside: Outside, { action, installation: { id, account } }: AboutApp): Promise<void> => {
  // An enterprise has no login, and no repositories to make courses in.
  if (!account || !('login' in account)) return;
  await recordInstallation(outside, {
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
const rerun = (outside: Outside, p: AboutCheck): Promise<void> => rerunCheck(outside, aboutCheck(p));
const touched = (outside: Outside, p: AboutIssue): Promise<void> =>
  dashboardTouched(outside, { ...where(p), number: p.issue.number, sender: p.sender?.login ?? '' });

const webhooks: Webhooks = {
  'installation.created': install,
  'installation.unsuspend': install,
  'installation.suspend': install,
  'installation.deleted': install,
  'pull_request.opened': preview,
  'pull_request.reopened': preview,
  'pull_request.synchronize': preview,
  'pull_request.closed': async (outside, p, { receivedAt }) => {
    const { number, merged, head, merge_commit_sha: mergeCommit } = p.pull_request;
    const closed = {
      ...where(p),
      branch: head.ref,
      number,
      merged,
      at: receivedAt,
      ...(typeof mergeCommit === 'string' ? { mergeCommit } : {}),
    };
    await followPull(outside, closed);
    await followTemplatePull(outside, closed);
  },
  'issue_comment.created': async (outside, p) => {
    const { id, body, user, created_at: at } = p.comment;
    if (!user || user.type === 'Bot') return;
    const comment = { id, body, login: user.login, at: new Date(at) };
    const { number, pull_request: pull } = p.issue;
    await followComment(outside, { ...where(p), number, onPull: pull !== undefined, comment });
  },
  push: async (outside, p, { receivedAt }) => {
    await deadlineMoved(outside, { ...where(p), ref: p.ref, sender: p.sender?.login });
    if (p.deleted || p.ref !== `refs/heads/${p.repository.default_branch}`) return;
    await syncPushed(outside, where(p));
    await pipelinePushed(outside, { ...where(p), commit: p.after });
    await templatePushed(outside, { ...where(p), commit: p.after });
    // A question of ours moves the branch, but neither data nor answers.
    if (isRequest(outside, p)) return;
    const at = pushTime(p.repository.pushed_at, receivedAt);
    await followPush(outside, { ...where(p), commit: p.after, at });
    await judgeAnswer(outside, { ...where(p), commit: p.after, at, brought: pathsOf(p) });
    await outside.store.forgetEndpoint(where(p).organisation, where(p).repository);
  },
  'issues.closed': touched,
  'issues.deleted': touched,
  'issues.edited': touched,
  'issues.transferred': touched,
  'check_run.completed': async (outside, p) => {
    // Our own say nothing new.
    if (p.check_run.app?.slug !== outside.appSlug) await collect(outside, p, p.check_run.head_sha);
  },
  'workflow_run.completed': (outside, p) => collect(outside, p, p.workflow_run.head_sha),
  workflow_job: async (outside, p, { receivedAt: at }) => {
    const { id: jobId, run_id: runId, name, runner_name: runner, conclusion } = p.workflow_job;
    const job = { ...where(p), action: p.action ?? '', jobId, runId, name, runner, conclusion, at };
    await followPlacedJob(outside, job);
    await followReactionJob(outside, job);
  },
  'check_run.rerequested': rerun,
  'check_suite.rerequested': (outside, p) =>
    rerunSuite(outside, { ...where(p), commit: p.check_suite.head_sha, app: p.check_suite.app?.slug ?? '' }),
  'check_run.requested_action': (outside, p, { receivedAt: at }) =>
    pressButton(outside, {
      ...aboutCheck(p),
      button: p.requested_action?.identifier ?? '',
      login: p.sender.login,
      checkRun: p.check_run.id,
      at,
    }),
};

/** What a stored delivery brings besides its event; where a row throws, its error as it is. */
export type InHand = { outside: Outside; receivedAt: Date; failure?: unknown };

/** The application function: each row of the table becomes a listener of Probot's. */
export function app(inHand: ReadonlyMap<string, InHand>): (probot: Probot) => void {
  return (probot) => {
    // The table has held each row against its event; here they are all alike, and one name stands for all.
    const rows = Object.entries(webhooks as object) as ['push', Row<never>][];
    for (const [name, row] of rows)
      probot.on(name, async ({ id, payload }) => {
        const delivery = inHand.get(id)!;
        try {
          await row(delivery.outside, payload as never, delivery);
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

function where({ repository }: About): { organisation: string; repository: string } {
  const organisation = repository.owner?.login ?? repository.full_name.split('/')[0]!;
  return { organisation, repository: repository.name };
}

/** A commit of our own; checked by sender, because the message alone could be copied. */
function isRequest({ appSlug }: Outside, { sender, head_commit }: Payload<'push'>): boolean {
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
async function collect(outside: Outside, about: About, commit: string): Promise<void> {
  const { organisation, repository } = where(about);
  const { store, clock } = outside;
  if (!(await store.studentRepository(organisation, repository))) return;
  const now = clock.now();
  await store.enqueue([
    collectJob(organisation, repository, commit, now),
    milestonesJob(organisation, repository, commit, now),
  ]);
}
