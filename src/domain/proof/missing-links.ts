// What is said where a proof breaks off: which link is missing, why, and what to do.
import type { RunEvidence } from '../evidence/evidence.ts';
import { sayInstant } from '../time/say-time.ts';
import type { Runs } from '../evidence/counted-runs.ts';
import { evidenceOf, nameRun, shortSha, undelivered } from '../evidence/criterion.ts';
import type { DueRelease, ScoreInput } from '../evidence/criterion.ts';
import type { Proof } from './proof.ts';
import type { Served } from './served-model.ts';

type Missing = NonNullable<Proof['missing']>;

export function missingShipment(release: DueRelease): Missing {
  return { link: 'shipment', ...undelivered(release) };
}

export function missingCommit(input: ScoreInput, name: string): Missing {
  const last = evidenceOf(input, 'data').findLast(({ release }) => release === name);
  const evidence = last ? { evidence: last.id } : {};
  switch (last?.event) {
    case 'altered':
      return {
        link: 'commit',
        text: `${name} was altered in the default branch, so no run can have used it as it was released.`,
        next: `Restore ${name} as it was delivered.`,
        ...evidence,
      };
    case 'closed':
      return {
        link: 'commit',
        text: `The pull request with ${name} was closed, and it is not in the default branch.`,
        next: `Reopen and merge the pull request with ${name}.`,
        ...evidence,
      };
    default:
      return {
        link: 'commit',
        text: `${name} has not reached the default branch yet.`,
        next: `Merge the pull request with ${name}.`,
        ...evidence,
      };
  }
}

type RunSearch = {
  name: string;
  delivered: Date;
  commit: NonNullable<Proof['commit']>;
  runs: Runs;
  input: ScoreInput;
};

/** The nearest thing to a run that used the release: one that failed, does not count, or went by it. */
export function missingRun({ name, delivered, commit, runs, input }: RunSearch): Missing {
  const next = `Let the pipeline run on the default branch, which holds ${name}.`;
  const say = (text: string, run: RunEvidence, todo = next): Missing => ({
    link: 'run',
    text,
    next: todo,
    evidence: run.id,
  });
  const unread = runs.counted.findLast((run) => run.conclusion === 'success' && run.unread?.includes(name));
  if (unread?.unlisted?.includes(name)) {
    const text = `${capital(nameRun(unread))} had ${name} in its commit, but data/MANIFEST.json did not list it, so nothing shows that it was read.`;
    return say(text, unread, 'Restore data/MANIFEST.json as the last release brought it, and let the pipeline run.');
  }
  if (unread) {
    const text = `${capital(nameRun(unread))} had ${name} in its commit, but none of its tasks reads it.`;
    return say(text, unread, `Name the file of ${name}, or its folder, among the inputs of a task.`);
  }
  const red = runs.counted.findLast((run) => run.releases.includes(name));
  if (red) {
    const todo = `Open the check run at ${shortSha(red.commit)} and fix the task that failed.`;
    return say(`${capital(nameRun(red))} had ${name}, but ended with ${red.conclusion}.`, red, todo);
  }
  const uncounted = runs.uncounted.findLast(({ run }) => run.releases.includes(name));
  if (uncounted) {
    const { text, next: todo } = uncounted.reason;
    return say(`${capital(nameRun(uncounted.run))} had ${name}. ${text}`, uncounted.run, todo);
  }
  const stale = runs.counted.findLast((run) => run.conclusion === 'success');
  if (stale) {
    const used = stale.releases.length > 0 ? `used ${listNames(stale.releases)}` : 'used no release';
    return say(`${capital(nameRun(stale))} ${used}; ${laterThan(stale, name, commit, delivered, input)}.`, stale);
  }
  return { link: 'run', text: `${name} is in the default branch, but no run with it was reported yet.`, next };
}

function laterThan(
  stale: RunEvidence,
  name: string,
  { at, sha }: NonNullable<Proof['commit']>,
  delivered: Date,
  { policy }: ScoreInput,
): string {
  const where = sha === undefined ? '' : ` with ${shortSha(sha)}`;
  if (at > stale.at) return `${name} reached the branch later${where}, and no run has followed`;
  const moment = sayInstant(at > delivered ? at : delivered, policy.timezone);
  return `${name} has been in the branch since ${moment}, but was not in the commit that the run used`;
}

export function missingModel(run: RunEvidence, name: string): Missing {
  if (run.modelDigest === undefined) {
    return {
      link: 'model',
      text: `${capital(nameRun(run))} used ${name}, but reported no model.`,
      next: 'Name the model among the outputs of its task, with `kind: model`.',
      evidence: run.id,
    };
  }
  return {
    link: 'model',
    text: `${capital(nameRun(run))} read ${name}, but not on the way to its model.`,
    next: `Let the task that makes the model depend on the data of ${name}.`,
    evidence: run.id,
  };
}

/** `maker` made the model that should be served by now. */
export function missingService(served: Served, maker: RunEvidence, name: string): Missing {
  const wanted = `model ${sayModel(maker)} of ${nameRun(maker)}`;
  if (served.state === 'unasked') {
    return {
      link: 'service',
      text: `No service has reported its model yet, so it is unknown whether ${wanted} is in use.`,
      next: 'Register the address of your service.',
    };
  }
  const { version, probe } = served;
  const evidence = probe.id;
  const deploy = `Deploy ${wanted}.`;
  if (served.state === 'ambiguous') {
    const text = `The endpoint says model ${version}, and ${served.runs.length} runs made different models of that version.`;
    return { link: 'service', text, next: 'Give each model a version of its own.', evidence };
  }
  if (served.state === 'unknown') {
    const text = `The endpoint serves model ${version}, which no run has reported.`;
    return { link: 'service', text, next: deploy, evidence };
  }
  const [old] = served.runs;
  const lack = old!.releases.includes(name) ? `which was not trained on ${name}` : `made without ${name}`;
  const text = `The endpoint still serves model ${version} of ${nameRun(old!)}, ${lack}.`;
  return { link: 'service', text, next: deploy, evidence };
}

/** How people tell models apart: the version, and enough of the digest. */
export function sayModel({ modelDigest, modelVersion }: RunEvidence): string {
  const digest = modelDigest?.slice(0, 12) ?? '';
  return modelVersion === undefined ? digest : `${modelVersion} (${digest})`;
}

/** The run that the service's model came from may be the sentence's first word. */
function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
