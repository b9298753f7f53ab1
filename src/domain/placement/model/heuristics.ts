// Which nodes the custom placer considers for a model: the published table, and files that replace it.
import { z } from 'zod';
import type { Problem } from '../../text/problem.ts';
import { findProblems, parseJson } from './read-json.ts';

const sortKeys = ['cpu_cores', 'n_cpu_flags', 'memory', 'memory_usage'] as const;
const ruleSchema = z.object({
  worker_type: z.array(z.string().max(100)).min(1),
  architecture: z.array(z.string().max(100)).min(1).optional(),
  sorting: z.array(z.enum(sortKeys)).default([]),
});
const tableSchema = z.record(z.string().max(100), ruleSchema);
const heuristicsSchema = z.object({ training: tableSchema, evaluation: tableSchema });

export type Rule = z.output<typeof ruleSchema>;
export type Heuristics = z.output<typeof heuristicsSchema>;

const both = ['amd64', 'arm64'];
const rule = (worker_type: string[], sorting: Rule['sorting'], architecture = both): Rule => ({
  worker_type,
  architecture,
  sorting,
});
const small = rule(['low', 'med'], ['cpu_cores']);
const large = rule(['med', 'high-cpu'], ['n_cpu_flags', 'cpu_cores']);
const tensor = rule(['high-cpu', 'high-gpu'], [], ['amd64']);
const scoring = rule(['low'], ['cpu_cores']);
const tensorScoring = rule(['med', 'high-cpu'], ['cpu_cores']);

export const defaultHeuristics: Heuristics = {
  training: {
    logistic_regression: small,
    decision_tree: small,
    random_forest: large,
    svm: large,
    nn: tensor,
    cnn: tensor,
  },
  evaluation: {
    logistic_regression: scoring,
    decision_tree: scoring,
    random_forest: small,
    svm: small,
    nn: tensorScoring,
    cnn: tensorScoring,
  },
};

/** The rule for a model; one the table does not name is treated as the smallest model is. */
export function findRule(table: Record<string, Rule>, model: string): Rule {
  if (Object.hasOwn(table, model)) return table[model] ?? small;
  return Object.hasOwn(table, 'logistic_regression') ? (table['logistic_regression'] ?? small) : small;
}

/** A heuristics file in the published format. */
export function readHeuristics(text: string, file: string): { value?: Heuristics; problems: Problem[] } {
  const parsed = parseJson(text, file);
  if ('problems' in parsed) return parsed;
  const checked = heuristicsSchema.safeParse(parsed.value);
  if (checked.success) return { value: checked.data, problems: [] };
  return { problems: findProblems(checked.error, text, file, 'heuristics-invalid') };
}
