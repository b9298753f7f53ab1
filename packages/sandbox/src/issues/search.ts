// The search for issues and pull requests: the qualifiers that clients write, and no others.
import { canRead } from '../world/access.ts';
import type { Repository } from '../world/records.ts';
import { unprocessable } from '../world/errors.ts';
import { senderOf } from '../world/actor.ts';
import type { Ctx } from '../http/context.ts';
import { canReadIssues } from './access.ts';
import { commentsOf, issueArea, threadsOf, type Thread } from './records.ts';
import { pullArea } from '../pulls/records.ts';

export type SearchHit = { repository: Repository; thread: Thread };
type Term = { not: boolean; name: string; value: string };
type Test = (ctx: Ctx, found: SearchHit, value: string) => boolean;

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

const milestoneTitle = (ctx: Ctx, thread: Thread): string | undefined =>
  thread.kind === 'issue' ? issueArea(ctx.state).milestones[thread.issue.milestone ?? 0]?.title : undefined;

const missing: Record<string, (ctx: Ctx, thread: Thread) => boolean> = {
  label: (_, { issue }) => issue.labels.length === 0,
  assignee: (_, { issue }) => issue.assignees.length === 0,
  milestone: (ctx, thread) => milestoneTitle(ctx, thread) === undefined,
};

const commentersOf = (ctx: Ctx, { repository, thread }: SearchHit): number[] =>
  commentsOf(ctx.state, repository, thread.issue.number).map(({ user }) => user);

/** `>=2027-01-11`, `<2027-01-11T08:00:00Z`, `2027-01-01..2027-02-01`, or a day. */
function isWithin(time: string, wanted: string): boolean {
  const [, from, to] = /^(.+)\.\.(.+)$/.exec(wanted) ?? [];
  if (from !== undefined && to !== undefined)
    return isWithin(time, from === '*' ? '>=0' : `>=${from}`) && isWithin(time, to === '*' ? '>=0' : `<=${to}`);
  const [, sign = '', date = ''] = /^([<>]=?)?(.*)$/.exec(wanted) ?? [];
  // As exact as the date is: a day is the whole day.
  const own = time.slice(0, date.length);
  if (sign === '') return own === date;
  return sign.startsWith('>')
    ? own > date || (sign === '>=' && own === date)
    : own < date || (sign === '<=' && own === date);
}

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
  commenter: (ctx, found, value) => commentersOf(ctx, found).some((id) => same(ctx, id, value)),
  'reviewed-by': (ctx, { thread }, value) =>
    thread.kind === 'pull' &&
    Object.values(pullArea(ctx.state).reviews).some(
      ({ pull, user }) => pull === thread.issue.id && same(ctx, user, value),
    ),
  involves: (ctx, found, value) =>
    ['author', 'assignee', 'mentions', 'commenter'].some((name) => tests[name]!(ctx, found, value)),
  milestone: (ctx, { thread }, value) => milestoneTitle(ctx, thread)?.toLowerCase() === value.toLowerCase(),
  no: (ctx, { thread }, value) => known(missing, 'no', value)(ctx, thread),
  created: (_, { thread }, value) => isWithin(thread.issue.createdAt, value),
  updated: (_, { thread }, value) => isWithin(thread.issue.updatedAt, value),
  closed: (_, { thread }, value) => thread.issue.closedAt !== null && isWithin(thread.issue.closedAt, value),
  // An order is no condition.
  sort: () => true,
  archived: (_, { repository }, value) => String(repository.archived) === value,
};

function known<T>(table: Record<string, T>, name: string, value: string): T {
  const found = table[value];
  if (found === undefined) throw unprocessable(`The sandbox does not know the qualifier ${name}:${value}.`);
  return found;
}

/** Words of the name, and the qualifiers that clients write. */
export function searchRepositories(ctx: Ctx, query: string): Repository[] {
  const of: Record<string, (repository: Repository, value: string) => boolean> = {
    '': ({ name }, value) => name.toLowerCase().includes(value.toLowerCase()),
    org: (repository, value) => same(ctx, repository.owner, value),
    user: (repository, value) => same(ctx, repository.owner, value),
    topic: ({ topics }, value) => topics.includes(value),
    archived: ({ archived }, value) => String(archived) === value,
    template: ({ isTemplate }, value) => String(isTemplate) === value,
    is: ({ private: hidden }, value) => known({ private: hidden, public: !hidden }, 'is', value),
    visibility: ({ private: hidden }, value) => known({ private: hidden, public: !hidden }, 'visibility', value),
    // There are none: whether they are to be found, too, is all the same.
    fork: (_, value) => value !== 'only',
    sort: () => true,
  };
  const terms = termsOf(query).filter(({ name, value }) => name !== '' || !/^(?:AND|[()])$/.test(value));
  const wanted = terms.map(({ name, not, value }) => {
    if (!Object.hasOwn(of, name)) throw unprocessable(`The sandbox does not know the qualifier ${name}.`);
    return (repository: Repository): boolean => of[name]!(repository, value) !== not;
  });
  return Object.values(ctx.state.store.repositories).filter(
    (repository) => canRead(ctx.state, ctx.actor, repository) && wanted.every((is) => is(repository)),
  );
}

/** `name:value`, `-name:value`, `"two words"`, `word`; a value may be quoted. */
function termsOf(query: string): Term[] {
  return [...query.matchAll(/(-?)(?:([\w-]+):)?(?:"([^"]*)"|(\S+))/g)].map(([, minus, name = '', quoted, bare]) => ({
    not: minus === '-',
    name: name.toLowerCase(),
    value: quoted ?? bare ?? '',
  }));
}

const hasWord = ({ thread: { issue } }: SearchHit, word: string): boolean =>
  `${issue.title}\n${issue.body ?? ''}`.toLowerCase().includes(word.toLowerCase());

/** Newest first. */
export function searchThreads(ctx: Ctx, query: string): SearchHit[] {
  const terms = termsOf(query).filter(({ name, value }) => name !== '' || !/^(?:AND|[()])$/.test(value));
  if (terms.some(({ name, value }) => name === '' && /^(?:OR|NOT)$/.test(value)))
    throw unprocessable('The sandbox does not know OR and NOT.');
  for (const { name } of terms)
    if (name !== '' && !Object.hasOwn(tests, name))
      throw unprocessable(`The sandbox does not know the qualifier ${name}.`);
  return Object.values(ctx.state.store.repositories)
    .filter((repository) => canRead(ctx.state, ctx.actor, repository) && canReadIssues(ctx, repository))
    .flatMap((repository) => threadsOf(ctx.state, repository).map((thread): SearchHit => ({ repository, thread })))
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
