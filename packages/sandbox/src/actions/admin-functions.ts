// The administration's functions for Actions and checks, by name; each takes one object, so that HTTP can call them too.
import { clickAction, clickRerun, clickRerunAll } from '../checks/buttons.ts';
import type { World } from '../world/world.ts';
import {
  registerRunner,
  removeRunner,
  rotateOidcKey,
  setRunnerOnline,
  setSecret,
  setVariable,
} from './administer-actions.ts';

const functions = {
  registerRunner,
  setRunnerOnline,
  removeRunner,
  setSecret,
  setVariable,
  rotateOidcKey: (world: World, _input: object) => rotateOidcKey(world),
  clickRerun,
  clickRerunAll,
  clickAction,
};

type Functions = typeof functions;
export type ActionsAdmin = {
  [Name in keyof Functions]: (input: Parameters<Functions[Name]>[1]) => ReturnType<Functions[Name]>;
};

export function makeActionsAdmin(world: World): ActionsAdmin {
  const bound = Object.entries(functions).map(([name, call]) => [name, (input: never) => call(world, input)]);
  return Object.fromEntries(bound) as ActionsAdmin;
}
