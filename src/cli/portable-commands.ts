// The commands that need nothing but Node: they are also bundled into one file, for students and for their dev container.
import type { Commands } from './options/run-table.ts';

export const portableCommands: Commands = {
  check: {
    term: 'check [options] <dir>',
    about: 'list every problem in a course folder, as `file:line:col level code message`',
    load: async () => (await import('./course/check.ts')).check,
  },
  plan: {
    term: 'plan [options] <dir>',
    about: 'list every shipment that a course folder defines',
    load: async () => (await import('./course/plan.ts')).plan,
  },
  pipeline: {
    term: 'pipeline',
    about: 'validate, run or draw a pipeline file: pipeline.yml, MLPipeline or dvc.yaml',
    load: async () => (await import('./pipeline/pipeline.ts')).pipeline,
  },
};
