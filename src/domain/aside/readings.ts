// What is made of text that students wrote, by name: all of it runs aside, in threads that may be ended. Plain data in and out.
import { readRegistration } from '../endpoint/read-registration.ts';
import { judgeFile } from '../judge/judge-file.ts';
import { lockedPaths, paramPaths } from '../milestones/check-dvc.ts';
import { describeMilestones } from '../milestones/describe-milestones.ts';
import { evaluateMilestones } from '../milestones/evaluate-milestones.ts';
import type { MilestoneProgress } from '../milestones/practice.ts';
import { readSubmitted, readSubmittedGraph, type TextOf } from '../placement/live/read-submitted.ts';
import { writeTaskScript, type TaskScript } from '../placement/live/task-script.ts';
import type { Pipeline } from '../placement/model/pipeline.ts';
import { readReportBlock } from '../report/report.ts';
import type { Problem } from '../text/problem.ts';
import { slimDelivery } from './slim-delivery.ts';

/** Files of a commit as far as they were fetched; undefined: there is none. */
export type KnownFiles = ReadonlyMap<string, string | undefined>;
/** `missing`: what else was asked for. */
type WithFiles<T> = { value: T; missing: string[] };

function withFiles<T>(known: KnownFiles, read: (textOf: TextOf) => T): WithFiles<T> {
  const missing = new Set<string>();
  const value = read((path) => {
    if (!known.has(path)) missing.add(path);
    return known.get(path);
  });
  return { value, missing: [...missing] };
}

type Submitted = { pipeline?: Pipeline; problems: Problem[] };

type Milestones = { progress: MilestoneProgress[]; words: ReturnType<typeof describeMilestones> };

export const readings = {
  judgeFile,
  lockedPaths,
  paramPaths,
  readRegistration,
  readReportBlock,
  slimDelivery,

  /** How far practice has come, and the check run that says so. */
  seeMilestones(...asked: Parameters<typeof evaluateMilestones>): Milestones {
    const progress = evaluateMilestones(...asked);
    return { progress, words: describeMilestones(progress) };
  },

  /** The pipeline as placement sees it. */
  readSubmitted(known: KnownFiles, file: string, about: Parameters<typeof readSubmitted>[2]): WithFiles<Submitted> {
    return withFiles(known, (textOf) => {
      const { value, problems } = readSubmitted(file, textOf, about);
      return { problems, ...(value ? { pipeline: value.pipeline } : {}) };
    });
  },

  /** What one of its tasks runs. */
  writeScript(
    known: KnownFiles,
    file: string,
    task: string,
    before: Parameters<typeof writeTaskScript>[2],
  ): WithFiles<TaskScript | undefined> {
    return withFiles(known, (textOf) => {
      const { graph } = readSubmittedGraph(file, textOf);
      return graph && writeTaskScript(graph, task, before);
    });
  },
};
