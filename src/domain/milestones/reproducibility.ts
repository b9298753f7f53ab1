// Milestone reproducibility: anybody can make the same model again from what is in the repository.
import { checkDvc } from './check-dvc.ts';
import { checkMlflow } from './check-mlflow.ts';
import { findBigFiles } from './find-big-files.ts';
import { isPinned } from './read-requirements.ts';
import { toProgress } from './practice.ts';
import type { MilestoneProgress, Practice, Step } from './practice.ts';
import type { Thresholds } from '../challenge/thresholds.ts';

/** In any folder: a service may have a lock file of its own. */
const LOCK_FILE =
  /(?:^|\/)(?:uv\.lock|poetry\.lock|pdm\.lock|pixi\.lock|pylock(?:\.[\w-]+)?\.toml|Pipfile\.lock|[\w.-]*conda-lock\.ya?ml|conda-(?:linux|osx|win)-[\w-]+\.lock|requirements[\w.-]*\.lock)$/;

export function checkReproducibility(practice: Practice, thresholds: Thresholds): MilestoneProgress {
  const { files, report } = practice;
  const has = (path: string): boolean => files.has(path) || practice.tree.some((file) => file.path === path);
  const steps: Step[] = [
    { done: has('pipeline.yml') || has('dvc.yaml'), todo: 'describe the pipeline in pipeline.yml (or dvc.yaml)' },
    {
      done: report?.conclusion === 'success',
      todo: report
        ? 'make the pipeline pass from a clean clone: the last run did not'
        : 'push, so that the pipeline runs from a clean clone',
    },
    checkRepeat(practice),
    checkReleases(practice),
    checkSize(practice, thresholds),
    {
      done: practice.tree.some(({ path }) => LOCK_FILE.test(path)) || isPinned(files),
      todo:
        'pin the version of every dependency: in a lock file (uv.lock, poetry.lock, pixi.lock, …), with == in ' +
        'requirements.txt, or with = in environment.yml',
    },
  ];
  const dvcYaml = files.get('dvc.yaml');
  if (dvcYaml !== undefined) steps.push(checkLock(practice, dvcYaml));
  const mlflow = checkMlflow(practice);
  if (mlflow) steps.push(mlflow.step);
  return toProgress('reproducibility', steps, thresholds, [...describeMetrics(report), ...(mlflow?.notes ?? [])]);
}

/** The second run on the same commit keeps every task, or does all again with the same result. */
function checkRepeat({ report, repeat }: Practice): Step {
  if (!report || !repeat)
    return { done: false, todo: 're-run the last workflow: a second run shows that the first can be repeated' };
  const kept =
    repeat.tasks.length > 0 &&
    repeat.tasks.every(({ state }) => state === 'kept' || state === 'not needed' || state === 'frozen');
  const names = [...new Set([...Object.keys(report.metrics), ...Object.keys(repeat.metrics)])];
  const different = names.filter((name) => !Object.is(report.metrics[name], repeat.metrics[name]));
  const succeeded = report.conclusion === 'success' && repeat.conclusion === 'success';
  if (kept || (succeeded && names.length > 0 && different.length === 0)) return { done: true, todo: '' };
  if (different.length > 0)
    return { done: false, todo: `fix the seeds: two runs of one commit differ in ${different.join(', ')}` };
  const why = report.notes?.[0];
  // There are metrics, and none of them is a number: to declare some would be no help.
  if (why !== undefined) return { done: false, todo: `give the metrics a number that can be compared: ${why}` };
  return { done: false, todo: 'declare a metrics output, so that two runs can be compared' };
}

function checkReleases({ shipped, report }: Practice): Step {
  const states = new Map(report?.data.releases.map(({ path, state }) => [path, state]));
  const open = shipped.filter(
    ({ path, merged }) => !merged || states.get(path) === 'altered' || states.get(path) === 'missing',
  );
  return {
    done: open.length === 0,
    todo: `bring every release into the default branch as it was sent: ${open.map(({ release }) => release).join(', ')}`,
  };
}

function checkSize({ tree, shipped }: Practice, thresholds: Thresholds): Step {
  const big = findBigFiles(tree, thresholds.file_megabytes * 1e6, new Set(shipped.map(({ path }) => path)));
  const named = big.slice(0, 3).map(({ path, bytes }) => `${path} (${(bytes / 1e6).toPrecision(2)} MB)`);
  const rest = big.length > named.length ? ` and ${big.length - named.length} more` : '';
  return {
    done: big.length === 0,
    todo: `take out of git what is large or made by the pipeline: ${named.join(', ')}${rest}`,
  };
}

function checkLock({ files, tree, locked }: Practice, dvcYaml: string): Step {
  const sizes = new Map(tree.map(({ path, bytes }) => [path, bytes]));
  const { problems } = checkDvc({
    dvcYaml,
    dvcLock: files.get('dvc.lock'),
    params: files,
    sizes,
    ...(locked ? { texts: locked } : {}),
  });
  const rest = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
  return {
    done: problems.length === 0,
    todo: `run dvc repro and commit dvc.lock: ${problems.slice(0, 3).join('; ')}${rest}`,
  };
}

function describeMetrics(report: Practice['report']): string[] {
  const metrics = Object.entries(report?.metrics ?? {});
  return metrics.length === 0
    ? []
    : [`last run: ${metrics.map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`).join(', ')}`];
}
