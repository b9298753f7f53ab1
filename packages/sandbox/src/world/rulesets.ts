// Rulesets of a repository, as far as they keep branches and tags from being made, moved or deleted.
import type { Actor } from './actor.ts';
import { unprocessable } from './errors.ts';
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
    .filter((one) => one.enforcement === 'active' && !bypasses(one, actor))
    .flatMap(({ rules, include }) =>
      rules.flatMap(({ type }) => include.map((pattern) => `${type} ${pattern.replaceAll('**', '*')}`)),
    );
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
  deletion: 'Cannot delete this protected ref.',
};

type Change = { ref: string; before: string; after: string };

export function guardRulesets(world: Pick<World, 'state'>, repository: Repository, change: Change, actor: Actor): void {
  const kind = change.before === zeroOid ? 'creation' : change.after === zeroOid ? 'deletion' : 'update';
  const broken = restrictionsFor(world, repository, actor).find((restriction) => {
    const [type = '', pattern = ''] = restriction.split(' ');
    return type === kind && matches(pattern, change.ref);
  });
  if (broken !== undefined) throw unprocessable(`Repository rule violations found\n\n${words[kind]}\n`);
}

function matches(pattern: string, ref: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(ref);
}
