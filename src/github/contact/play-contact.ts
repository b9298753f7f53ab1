// The first contact with a GitHub: a scratch repository, every operation that the app depends on, and everything removed again.
import { assumptions, steps, type Step } from '../../domain/contact/assumptions.ts';
import { compareFacts, namesIn, type StepResult } from '../../domain/contact/compare.ts';
import { Halt, type Scene, type Seen } from './scene.ts';
import { asset, board, invitation, readActivity, ruleset } from './keeping-steps.ts';
import { removeScratch } from './remove-scratch.ts';
import { commit, generate, lookAtInstallation, pull, putFile, readLimits } from './repository-steps.ts';
import { archive, checks, issue, rename } from './result-steps.ts';
import { artifact, identity, webhook, workflow } from './workflow-steps.ts';

type Play = { run: (scene: Scene, seen: Seen) => Promise<void>; needs?: keyof Scene['known'] };

const plays: Record<Exclude<Step, 'removed'>, Play> = {
  installation: { run: lookAtInstallation },
  limits: { run: readLimits, needs: 'installationId' },
  generate: { run: generate, needs: 'installationId' },
  file: { run: putFile, needs: 'repositoryId' },
  commit: { run: commit, needs: 'repositoryId' },
  pull: { run: pull, needs: 'head' },
  activity: { run: readActivity, needs: 'head' },
  ruleset: { run: ruleset, needs: 'head' },
  asset: { run: asset, needs: 'head' },
  invitation: { run: invitation, needs: 'repositoryId' },
  checks: { run: checks, needs: 'head' },
  issue: { run: issue, needs: 'repositoryId' },
  workflow: { run: workflow, needs: 'head' },
  identity: { run: identity, needs: 'runId' },
  artifact: { run: artifact, needs: 'runId' },
  board: { run: board, needs: 'repositoryId' },
  webhook: { run: webhook, needs: 'head' },
  renamed: { run: rename, needs: 'repositoryId' },
  archived: { run: archive, needs: 'repositoryId' },
};

const missing: Record<keyof Scene['known'], string> = {
  installationId: 'the App is not installed here',
  appSlug: 'the App is not installed here',
  repositoryId: 'there is no scratch repository',
  branch: 'there is no scratch repository',
  head: 'the scratch repository has no commit that is known',
  pushed: 'no workflow was pushed',
  runId: 'no workflow ran',
};

export type Playing = {
  /** Aborted: the call in hand ends, everything is removed, and the rest is not tried. */
  signal: AbortSignal;
  /** Which steps; the repository is made and removed for them where they need one. */
  only?: readonly Step[];
  begin: (step: Step) => void;
  end: (result: StepResult<Step>) => void;
};

export async function playContact(scene: Scene, playing: Playing): Promise<StepResult<Step>[]> {
  const results: StepResult<Step>[] = [];
  const tell = (result: StepResult<Step>): void => {
    results.push(result);
    playing.end(result);
  };
  let halt: Halt | undefined;
  const wanted = withNeeds(playing.only);
  const isMade = wanted.includes('generate');
  try {
    for (const step of wanted) {
      if (step === 'removed') continue;
      const reason = whyNot(scene, step, halt, playing.signal);
      if (reason) {
        tell({ step, state: 'not-tried', ...reason });
        continue;
      }
      playing.begin(step);
      const { result, halted } = await playStep(scene, step, plays[step].run);
      halt = halted;
      tell(result);
    }
  } finally {
    if (isMade && scene.known.installationId !== undefined) {
      playing.begin('removed');
      const { result } = await playStep(scene, 'removed', (_, seen) =>
        removeScratch(scene, seen, halt?.waitSeconds ?? 0),
      );
      tell(result);
    }
  }
  return results;
}

/** In their order, with the one that makes the repository where any needs it. */
function withNeeds(only: readonly Step[] | undefined): readonly Step[] {
  if (!only) return steps;
  const added = only.flatMap((step): Step[] => {
    const needs = step === 'removed' ? undefined : plays[step].needs;
    if (needs === undefined || needs === 'installationId') return needs ? ['installation'] : [];
    return ['installation', 'generate', ...(needs === 'runId' ? (['workflow'] as const) : [])];
  });
  return steps.filter((step) => only.includes(step) || added.includes(step));
}

function whyNot(
  scene: Scene,
  step: Exclude<Step, 'removed'>,
  halt: Halt | undefined,
  signal: AbortSignal,
): { why: string; chosen: boolean } | undefined {
  if (signal.aborted) return { why: 'interrupted', chosen: false };
  if (halt) return { why: `GitHub answered ${halt.outcome}: nothing more was asked`, chosen: false };
  if (step === 'invitation' && scene.invite === undefined)
    return { why: 'give --invite LOGIN, your own, to try it', chosen: true };
  const { needs } = plays[step];
  if (needs && scene.known[needs] === undefined) return { why: missing[needs], chosen: false };
  return undefined;
}

async function playStep(
  scene: Scene,
  step: Step,
  run: Play['run'],
): Promise<{ result: StepResult<Step>; halted?: Halt }> {
  const seen: Seen = {};
  const assumed = assumptions[step].facts;
  try {
    await run(scene, seen);
  } catch (error) {
    // An answer that the app cannot read is no agreement.
    const said = error instanceof Halt ? error.outcome : `not understood: ${(error as Error).message}`;
    seen['answer'] = said;
    const differences = [{ fact: 'answer', assumed: 'an answer', seen: said }];
    const result: StepResult<Step> = { step, state: 'differs', facts: seen, differences, refusals: namesIn([said]) };
    return error instanceof Halt ? { result, halted: error } : { result };
  }
  const differences = compareFacts(assumed, seen);
  if (differences.length === 0) return { result: { step, state: 'as-assumed', facts: seen } };
  const refusals = namesIn(differences.map((difference) => String(difference.seen ?? '')));
  return { result: { step, state: 'differs', facts: seen, differences, refusals } };
}
