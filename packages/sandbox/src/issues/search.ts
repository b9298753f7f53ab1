// The search for issues and pull requests: the qualifiers that clients write, and no others.
import { canRead } from '../world/access.ts';
import type { Repository } from '../world/records.ts';
import { unprocessable } from '../world/errors.ts';
import { senderOf } from '../world/actor.ts';
import type { Ctx } from '../http/context.ts';
import { canReadIssues } from './access.ts';
import { threadsOf, type Thread } from './records.ts';

export type Found = { repository: Repository; thread: Thread };
type Term = { not: boolean; name: string; value: string };
type Test = (ctx: Ctx, found: Found, value: string) => boolean;

const login = (ctx: Ctx, value: string): string =>
  (value === '@me' ? (senderOf(ctx.actor)?.login ?? '') : value).toLowerCase();
const same = (ctx: Ctx, id: number, value: string): boolean =>
  ctx.state.account(id).login.toLowerCase() === login(ctx, value);
const owner: Test = (ctx, { repository }, value) => same(ctx, repository.owner, value);

const states: Record<string, (thread: Thread) => boolean> = {
  open: ({ issue }) => issue.state === 'open',
  closed: ({ issue }) => issue.state === 'closed',
  merged: ({ kind, issue }) => kind === 'pull' && issue.mergedAt !== null,
  unmerged: ({ kind, issue }) => kind === 'pull' && issue.mergedAt === null,
  draft: ({ kind, issue }) => kind === 'pull' && issue.draft,
  issue: ({ kind }) => kind === 'issue',
  pr: ({ kind }) => kind === 'pull',
  locked: ({ issue }) => issue.locked,
  unlocked: ({ issue }) => !issue.locked,
};

const tests: Record<string, Test> = {
  repo: (ctx, { repository }, value) => ctx.state.fullName(repository).toLowerCase() === value.toLowerCase(),
  org: owner,
  user: owner,
  is: (_, { thread }, value) => known(states, 'is', value)(thread),
  state: (_, { thread }, value) => known(states, 'state', value)(thread),
  type: (_, { thread }, value) => known(states, 'type', value)(thread),
  draft: (_, { thread }, value) => thread.kind === 'pull' && String(thread.issue.draft) === value,
  author: (ctx, { thread }, value) => same(ctx, thread.issue.user, value),
  assignee: (ctx, { thread }, value) => thread.issue.assignees.some((id) => same(ctx, id, value)),
  label: (_, { thread }, value) =>
    thread.issue.labels.some((label) => label.name.toLowerCase() === value.toLowerCase()),
  head: (_, { thread }, value) => thread.kind === 'pull' && thread.issue.head.ref === value,
  base: (_, { thread }, value) => thread.kind === 'pull' && thread.issue.base.ref === value,
  mentions: (ctx, { thread }, value) => (thread.issue.body ?? '').toLowerCase().includes(`@${login(ctx, value)}`),
  'review-requested': (ctx, { thread }, value) =>
    thread.kind === 'pull' && thread.issue.reviewers.some((id) => same(ctx, id, value)),
  // Orders and archives change nothing of what is found here.
  sort: () => true,
  archived: (_, { repository }, value) => String(repository.archived) === value,
};

function known<T>(table: Record<string, T>, name: string, value: string): T {
  const found = table[value];
  if (found === undefined) throw unprocessable(`The sandbox does not know the qualifier ${name}:${value}.`);
  return found;
}

/** `name:value`, `-name:value`, `"two words"`, `word`; a value may be quoted. */
function termsOf(query: string): Term[] {
  return [...query.matchAll(/(-?)(?:([\w-]+):)?(?:"([^"]*)"|(\S+))/g)].map(([, minus, name = '', quoted, bare]) => ({
    not: minus === '-',
    name: name.toLowerCase(),
    value: quoted ?? bare ?? '',
  }));
}

const hasWord = ({ thread: { issue } }: Found, word: string): boolean =>
  `${issue.title}\n${issue.body ?? ''}`.toLowerCase().includes(word.toLowerCase());

/** Newest first. */
export function searchThreads(ctx: Ctx, query: string): Found[] {
  const terms = termsOf(query).filter(({ name, value }) => name !== '' || !/^(?:AND|[()])$/.test(value));
  if (terms.some(({ name, value }) => name === '' && /^(?:OR|NOT)$/.test(value)))
    throw unprocessable('The sandbox does not know OR and NOT.');
  for (const { name } of terms)
    if (name !== '' && !Object.hasOwn(tests, name))
      throw unprocessable(`The sandbox does not know the qualifier ${name}.`);
  return Object.values(ctx.state.store.repositories)
    .filter((repository) => canRead(ctx.state, ctx.actor, repository) && canReadIssues(ctx, repository))
    .flatMap((repository) => threadsOf(ctx.state, repository).map((thread): Found => ({ repository, thread })))
    .filter((found) =>
      terms.every(
        ({ not, name, value }) => (name === '' ? hasWord(found, value) : tests[name]!(ctx, found, value)) !== not,
      ),
    )
    .toSorted(
      (a, b) =>
        b.thread.issue.createdAt.localeCompare(a.thread.issue.createdAt) || b.thread.issue.id - a.thread.issue.id,
    );
}
