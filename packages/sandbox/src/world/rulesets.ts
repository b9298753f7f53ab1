// Rulesets of a repository, as far as they keep branches and tags from being made, moved or deleted.
import type { Actor } from './actor.ts';
import { refused } from './errors.ts';
import { zeroOid } from '../git/objects.ts';
import type { Repository } from './records.ts';
import type { World } from './world.ts';

export type Ruleset = {
  id: number;
  name: string;
  target: 'branch' | 'tag';
  enforcement: 'active' | 'disabled' | 'evaluate';
  bypass: { actor_id: number | null; actor_type: string; bypass_mode: string }[];
  include: string[];
  exclude: string[];
  rules: { type: string }[];
  createdAt: string;
  updatedAt: string;
};

export function rulesetsOf({ state }: Pick<World, 'state'>, { id }: Repository): Ruleset[] {
  return (state.area('rulesets', (): Record<number, Ruleset[]> => ({}))[id] ??= []);
}

/** `creation refs/tags/v*`: what this actor may not do, for the hook of a push. */
export function restrictionsFor(world: Pick<World, 'state'>, repository: Repository, actor: Actor): string[] {
  return rulesetsOf(world, repository)
    .filter((ruleset) => ruleset.enforcement === 'active' && !bypasses(ruleset, actor))
    .flatMap(({ rules, include }) =>
      rules.flatMap(({ type }) => include.map((pattern) => `${type} ${spell(pattern, repository)}`)),
    );
}

/** As a glob of whole references. */
function spell(pattern: string, { defaultBranch }: Repository): string {
  if (pattern === '~ALL') return 'refs/heads/*';
  return pattern === '~DEFAULT_BRANCH' ? `refs/heads/${defaultBranch}` : pattern.replaceAll('**', '*');
}

function bypasses({ bypass }: Ruleset, actor: Actor): boolean {
  return bypass.some(
    ({ actor_id, actor_type }) =>
      actor_type === 'Integration' && actor.kind === 'installation' && actor_id === actor.app.id,
  );
}

const words: Record<string, string> = {
  creation: 'Cannot create ref due to creations being restricted.',
  update: 'Cannot update this protected ref.',
  pull_request: 'Changes must be made through a pull request.',
  deletion: 'Cannot delete this protected ref.',
};

type Change = { ref: string; before: string; after: string };

export function guardRulesets(
  world: Pick<World, 'state'>,
  repository: Repository,
  change: Change,
  actor: Actor,
  merging: boolean,
): void {
  const kind = change.before === zeroOid ? 'creation' : change.after === zeroOid ? 'deletion' : 'update';
  const broken = restrictionsFor(world, repository, actor).find((restriction) => {
    const [type = '', pattern = ''] = restriction.split(' ');
    const concerned = type === kind || (type === 'pull_request' && kind === 'update' && !merging);
    return concerned && matches(pattern, change.ref);
  });
  const [type = kind] = broken?.split(' ') ?? [];
  if (broken !== undefined) throw refused('rule-violated', { rule: words[type] ?? type });
}

function matches(pattern: string, ref: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(ref);
}
