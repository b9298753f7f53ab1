// All refusals of GitHub that an App has to live with, by name: the sandbox answers from this table, and tests are driven by it.
import { access } from './access.ts';
import { actions } from './actions.ts';
import { branches } from './branches.ts';
import { limits } from './limits.ts';
import { outages } from './outages.ts';
import { people } from './people.ts';
import type { Refused } from './refusal.ts';
import { reports } from './reports.ts';
import { repositories } from './repositories.ts';

const table = { ...limits, ...outages, ...access, ...repositories, ...branches, ...people, ...reports, ...actions };

export type RefusalName = keyof typeof table;
export const refusals: Readonly<Record<RefusalName, Refused>> = table;
export const isRefusalName = (name: string): name is RefusalName => Object.hasOwn(table, name);
