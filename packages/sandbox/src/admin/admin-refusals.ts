// What an administrator can make GitHub refuse: any row of the table, by its name; and the policies behind some of them.
import type { FaultRule, Faults } from '../http/faults.ts';
import { fillRefusal, type Values } from '../refusals/fill.ts';
import { isRefusalName, refusals, type RefusalName } from '../refusals/table.ts';
import type { Policy } from '../world/records.ts';
import type { World } from '../world/world.ts';

export type RefuseOptions = Pick<FaultRule, 'times' | 'probability' | 'seed' | 'delay' | 'match'> & {
  /** For the `{words}` of its row; `seconds` is how long to wait. */
  values?: Values;
};

export type RefusalsAdmin = {
  /** Answers with that row in the place of what would be answered: the calls of the row, or those of `match`. */
  refuse: (input: { name: RefusalName } & RefuseOptions) => { id: number };
  /** Takes back one `refuse`, all of one name, or all. */
  allow: (input: { id?: number; name?: RefusalName }) => object;
  setPolicy: (input: { org: string } & Policy) => object;
  /** Turns Actions on or off for one repository, `owner/name`. */
  setActionsEnabled: (input: { repository: string; enabled: boolean }) => object;
};

/** A path as in the table of routes, as a regular expression; not of git's own addresses. */
function patternOf(path: string | undefined): string {
  if (path === undefined) return '^(?!/[^/]+/[^/]+?\\.git/)';
  return `^${path.replaceAll(/\{\w+\*\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`;
}

export function makeRefusalsAdmin(world: World, faults: Faults): RefusalsAdmin {
  return {
    refuse: ({ name, values, match, ...more }) => {
      if (!isRefusalName(name)) throw new Error(`the sandbox knows no refusal ${String(name)}`);
      const { on, ...row } = refusals[name];
      const now = world.settings.rateLimits.time === 'course' ? world.clock.now() : new Date();
      const { status, headers, body } = fillRefusal(row, values, now);
      const wanted = match ?? {
        ...(on?.method === undefined ? {} : { method: on.method }),
        ...(row.everywhere ? {} : { path: patternOf(on?.path) }),
      };
      return { id: faults.add({ ...more, name, match: wanted, status, headers, body }) };
    },
    allow: ({ id, name }) => {
      for (const armed of faults.list())
        if ((id === undefined || armed.id === id) && armed.rule.name !== undefined)
          if (name === undefined || armed.rule.name === name) faults.remove(armed.id);
      return {};
    },
    setPolicy: ({ org, ...policy }) => {
      const organization = world.state.organization(world.state.accountByLogin(org)?.id ?? -1);
      if (!organization) throw new Error(`${org} is not an organisation`);
      organization.policy = { ...organization.policy, ...policy };
      return {};
    },
    setActionsEnabled: ({ repository, enabled }) => {
      const [owner = '', name = ''] = repository.split('/');
      const found = world.state.repositoryByName(owner, name);
      if (!found) throw new Error(`the sandbox has no repository ${repository}`);
      found.repository.settings['actions_enabled'] = enabled;
      return {};
    },
  };
}
