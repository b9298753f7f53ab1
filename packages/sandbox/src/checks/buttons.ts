// What a person does in GitHub's Checks tab: click Re-run, or one of the run's own buttons.
import { checksOf, runsOfSuite, suiteOf, type CheckRun } from './records.ts';
import { emitCheckRun, emitSuite } from './write.ts';
import type { Account } from '../world/records.ts';
import type { World } from '../world/world.ts';

type Click = { checkRunId: number; login: string };

/** "Re-run" beside one check: told to its app alone. */
export async function clickRerun(world: World, click: Click): Promise<object> {
  const { run, sender } = find(world, click);
  suiteOf(world.state, run).rerequested = true;
  await emitCheckRun(world, run, 'rerequested', { sender });
  return {};
}

/** "Re-run all checks": told to the app of the suite that the check belongs to. */
export async function clickRerunAll(world: World, click: Click): Promise<object> {
  const { run, sender } = find(world, click);
  const suite = suiteOf(world.state, run);
  suite.rerequested = true;
  await emitSuite(world, suite, 'rerequested', { sender });
  return { checks: runsOfSuite(world.state, suite).length };
}

/** A button of the run's `actions`. GitHub shows them only once the run is completed. */
export async function clickAction(world: World, click: Click & { identifier: string }): Promise<object> {
  const { run, sender } = find(world, click);
  if (run.status !== 'completed') throw new Error('the buttons of a check run appear when it is completed');
  if (!run.actions.some((action) => action.identifier === click.identifier))
    throw new Error(`the check run has no button ${click.identifier}`);
  await emitCheckRun(
    world,
    run,
    'requested_action',
    { sender },
    { requested_action: { identifier: click.identifier } },
  );
  return {};
}

function find(world: World, click: Click): { run: CheckRun; sender: Account } {
  const run = checksOf(world.state).runs[click.checkRunId];
  const sender = world.state.accountByLogin(click.login);
  if (!run) throw new Error(`the sandbox has no check run ${click.checkRunId}`);
  if (!sender) throw new Error(`the sandbox has no account ${click.login}`);
  return { run, sender };
}
