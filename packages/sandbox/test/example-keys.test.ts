// Every key of GitHub's own examples of a webhook is in what the sandbox sends of the same event.
import examples from '@octokit/webhooks-examples';
import { expect, test } from 'vitest';
import { knownEvents } from '../src/webhooks/webhooks.ts';
import { makeBusy } from './busy-course.ts';
import { startCourse } from './start-course.ts';

type Row = Record<string, unknown>;
const official = examples as unknown as { name: string; examples: Row[] }[];

/** Addresses of all keys; those of a list are under its `[]`. Which permissions an App has is its own matter. */
function keysOf(value: unknown, path = '', into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const one of value) keysOf(one, `${path}[]`, into);
  else if (typeof value === 'object' && value !== null && !path.endsWith('.permissions')) {
    for (const [key, one] of Object.entries(value)) {
      into.add(`${path}.${key}`);
      keysOf(one, `${path}.${key}`, into);
    }
  }
  return into;
}

/** Situations in which the sandbox cannot be. */
const elsewhere: readonly (readonly [kind: string, key: RegExp, why: string])[] = [
  ['issues.opened', /^\.changes$/, 'an issue that was transferred, which the sandbox does not do'],
  ['issues.milestoned', /^\.issue\.pull_request$/, 'a pull request with a milestone: issues alone have one'],
  ['issues.demilestoned', /^\.issue\.pull_request$/, 'the same'],
  ['release', /\.discussion_url$/, 'a release with a discussion: there are none'],
  ['check_run.created', /\.deployment$/, 'a check of a deployment: there are none'],
  ['workflow_job.queued', /^\.deployment$/, 'a job of a deployment: there are none'],
  ['membership.removed', /^\.team\.deleted$/, 'a membership of a team that is gone'],
];

const kindOf = (event: string, action: unknown): string => (typeof action === 'string' ? `${event}.${action}` : event);
const isElsewhere = (kind: string, key: string): boolean =>
  elsewhere.some(([where, pattern]) => (kind === where || kind.startsWith(`${where}.`)) && pattern.test(key));

/** What is null or an empty list here has no keys to compare. */
function missingIn(own: ReadonlySet<string>, example: ReadonlySet<string>): string[] {
  const hasWithin = (path: string): boolean => [...own].some((key) => key.startsWith(path));
  return [...example].filter((key) => {
    if (own.has(key)) return false;
    const parent = key.slice(0, key.lastIndexOf('.'));
    return parent === '' || hasWithin(`${parent}.`);
  });
}

const sent = new Map<string, Set<string>>();
let missing: Record<string, string[]>;

test('each key of each example is in the payload of the same event', async () => {
  const course = await startCourse();
  course.sandbox.onDelivery(({ event, action, payload }) => {
    const kind = kindOf(event, action);
    sent.set(kind, keysOf(payload, '', sent.get(kind)));
  });
  await makeBusy(course);
  await course.stop();
  missing = {};
  for (const { name, examples: all } of official)
    for (const example of all) {
      const kind = kindOf(name, example['action']);
      const own = sent.get(kind);
      if (!own) continue;
      const gone = missingIn(own, keysOf(example)).filter((key) => !isElsewhere(kind, key));
      if (gone.length > 0) missing[kind] = [...new Set([...(missing[kind] ?? []), ...gone])];
    }
  expect(missing).toEqual({});
});

/** What GitHub tells of, and the sandbox does not do. */
const notThere = new Set([
  'branch_protection_rule',
  'commit_comment',
  'github_app_authorization',
  'installation_target',
  'pull_request_review_thread',
  'repository_ruleset',
]);

test('every event that the sandbox knows was compared, but for those that do not come about in it', () => {
  const events = new Set([...sent.keys()].map((kind) => kind.split('.')[0]!));
  expect([...knownEvents].filter((event) => !events.has(event)).toSorted()).toEqual([...notThere].toSorted());
});
