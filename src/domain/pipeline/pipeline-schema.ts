// pipeline.yml as a schema: validates what a student wrote, and is published as schema/pipeline.schema.json.
import { z } from 'zod';
import { outputKinds, taskKinds } from './model.ts';

const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'a name has letters, digits, _ and -, and begins with a letter or _')
  .max(100);
const path = z.string().min(1).max(1_000).describe('A path inside the repository, relative to this file.');
const reference = z.string().min(1).max(1_000).describe('The name of an input, `task.output`, or a path.');
const env = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'an environment variable has letters, digits and _'),
    z.union([z.string(), z.number(), z.boolean()]),
  )
  .describe('Environment variables.');

const label = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'a label has letters, digits, _, . and -')
  .max(100);

const output = z.union([
  path,
  z.strictObject({
    path,
    kind: z
      .enum(outputKinds)
      .optional()
      .describe('`metrics`: numbers in a JSON file, shown with their change; `model`: what is served.'),
    persist: z
      .boolean()
      .optional()
      .describe(
        '`true`: what is there stays when the task runs again, which goes on with it. Otherwise it starts from nothing.',
      ),
  }),
]);

const task = z.strictObject({
  run: z.string().min(1).max(20_000).describe('A shell command, run in the folder of this file.'),
  inputs: z.array(reference).optional().describe('What it reads; a task starts when all of them are there.'),
  outputs: z.record(name, output).optional().describe('What it writes, by name; checked to exist afterwards.'),
  dependencies: z.array(name).optional().describe('Tasks that must succeed first although nothing of theirs is read.'),
  env: env.optional(),
  'timeout-minutes': z.number().positive().max(360).optional().describe('60 when not given.'),
  retries: z.int().min(0).max(10).optional().describe('How often to try again after a failure; 0 when not given.'),
  kind: z.enum(taskKinds).optional(),
  'runs-on': z
    .union([label, z.array(label).min(1).max(10)])
    .optional()
    .describe(
      'Labels that its runner must have, as GitHub Actions writes them: `gpu`, or `[gpu, linux]`. Only where the course places tasks on runners.',
    ),
  if: z.literal('always').optional().describe('`always`: run although something before it failed.'),
  code: z.array(path).optional().describe('Code that the command does not show; a change runs the task again.'),
});

const serve = z.strictObject({
  run: z.string().min(1).max(20_000).optional().describe('Starts the service on 127.0.0.1:$PORT.'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('A service that is already running, instead of `run`.'),
  inputs: z.array(reference).optional(),
  example: path.optional().describe('A JSON file with a request that the service must answer.'),
  shape: z
    .enum(['batch', 'flat'])
    .optional()
    .describe('`batch`: {request_id, instances: […]}; `flat`: one record beside request_id.'),
  health: z.string().startsWith('/').optional().describe('/health when not given.'),
  predict: z.string().startsWith('/').optional().describe('/predict when not given.'),
  env: env.optional(),
  'start-seconds': z.number().positive().max(600).optional().describe('How long it may take to be ready; 60.'),
});

/** The published definition of pipeline.yml. */
export const pipelineSchema = z
  .strictObject({
    version: z.literal(1),
    name: z.string().min(1).max(200),
    description: z.string().max(2_000).optional(),
    env: env.optional(),
    inputs: z.record(name, path).optional().describe('Files and folders that no task makes, by name.'),
    outputs: z.array(reference).optional().describe('What is wanted; tasks that lead to none of it are not run.'),
    tasks: z.record(name, task),
    serve: serve.optional(),
  })
  .meta({ title: 'pipeline.yml', description: 'The steps from data to model, read by the Practicum Action.' });

export type PipelineFile = z.infer<typeof pipelineSchema>;
