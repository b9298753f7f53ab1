// The data contract, schema.yml: which columns a dataset has, and which values they may hold. One file, checked here
// before data is released and by the student's own pipeline before it trains.
import { z } from 'zod';
import type { Problem } from '../text/problem.ts';
import { dateOf } from '../text/read-cell.ts';
import { validateYaml } from '../text/validate-yaml.ts';
import { readYaml } from '../text/yaml-source.ts';

const bound = z.union([z.number(), z.string()], { error: 'must be a number, or a date for a column of dates' });

const column = z
  .strictObject({
    type: z.enum(['number', 'integer', 'date', 'boolean', 'string']).describe('What every value is.'),
    min: bound.optional().describe('Smallest value allowed: a number, or an ISO date.'),
    max: bound.optional().describe('Largest value allowed: a number, or an ISO date.'),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()], { error: 'must be text, a number, true or false' }))
      .min(1, { error: 'must not be empty' })
      .max(1000, { error: 'must have at most 1000 values' })
      .optional()
      .describe('The only values allowed, exactly as they are written in the file.'),
    unique: z.boolean().default(false).describe('No value may come twice in a file.'),
    nullable: z.boolean().default(false).describe('A value may be missing (the empty text).'),
    optional: z.boolean().default(false).describe('The whole column may be missing.'),
  })
  .describe('What one column holds.');

export const contractSchema = z
  .strictObject({
    version: z.literal(1, { error: 'must be 1' }).describe('Of this file format.'),
    columns: z.record(z.string().min(1).max(2000), column).describe('Every column by its name.'),
    extra: z
      .enum(['refuse', 'allow'])
      .default('refuse')
      .describe('Whether there may be columns that are not named here.'),
  })
  .meta({ title: 'schema.yml', description: 'The data contract: what every release of a dataset keeps to.' });

export type ColumnContract = z.output<typeof column>;
export type Contract = z.output<typeof contractSchema>;

/** `contract` only when nothing is wrong with the file. */
export function parseContract(bytes: Uint8Array, file: string): { contract?: Contract; problems: Problem[] } {
  const { source, problems } = readYaml(bytes, file);
  if (!source) return { problems };
  const validated = validateYaml(contractSchema, source);
  const all = [...problems, ...validated.problems];
  for (const [name, rule] of Object.entries(validated.value?.columns ?? {})) {
    for (const { key, message } of faultsOf(rule)) {
      all.push(source.problem(['columns', name, key], 'error', 'contract-bound', `\`${name}\`: ${message}`));
    }
  }
  return validated.value && all.length === 0 ? { contract: validated.value, problems: [] } : { problems: all };
}

function faultsOf({ type, min, max }: ColumnContract): { key: string; message: string }[] {
  const faults: { key: string; message: string }[] = [];
  for (const [key, value] of Object.entries({ min, max })) {
    if (value === undefined) continue;
    if (type === 'string' || type === 'boolean')
      faults.push({ key, message: `\`${key}\` has no meaning for a ${type}` });
    else if (boundOf(value, type) === undefined) {
      faults.push({ key, message: `\`${key}\` must be ${type === 'date' ? 'an ISO date' : 'a number'}` });
    }
  }
  const [low, high] = [min, max].map((value) => (value === undefined ? undefined : boundOf(value, type)));
  if (low !== undefined && high !== undefined && low > high)
    faults.push({ key: 'min', message: '`min` is above `max`' });
  return faults;
}

/** A bound as a number to compare with: milliseconds for dates. */
export function boundOf(value: number | string, type: ColumnContract['type']): number | undefined {
  if (type === 'date') return typeof value === 'string' ? dateOf(value) : undefined;
  return typeof value === 'number' ? value : undefined;
}
