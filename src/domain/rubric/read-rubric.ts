// rubric.yml: its definition, and how its bytes become a rubric or problems.
import { z } from 'zod';
import { isAcceptable } from '../text/problem.ts';
import type { Problem } from '../text/problem.ts';
import type { Report } from '../text/report-problems.ts';
import { validateYaml } from '../text/validate-yaml.ts';
import { shortText } from '../text/values.ts';
import { readYaml } from '../text/yaml-source.ts';
import type { YamlSource } from '../text/yaml-source.ts';
import { readLookAt } from './look-at.ts';
import { rubricWorth, type LookAt, type Rubric, type RubricCriterion, type RubricLevel } from '../challenge/rubric.ts';

const criterion = z
  .strictObject({
    name: z
      .string({ error: 'must be text' })
      .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, { error: 'must be a short name of lower-case letters, digits, `-` and `_`' })
      .describe('What it is called in the gradebook.'),
    question: shortText(500).describe('What the person who judges asks.'),
    look_at: z
      .array(shortText(240))
      .max(20, { error: 'must name at most 20' })
      .default([])
      .describe(
        'Evidence that is shown beside the question: a file of the student repository, `milestone NAME`, `pull requests with data`, `runs` (or `metrics history`), `probes`, `requests`, `reviews on pull requests`.',
      ),
    levels: z.record(z.string(), shortText(500)).describe('Points → what work of that level is like.'),
  })
  .describe('One question, with the levels that answer it.');

export const rubricSchema = z
  .strictObject({
    version: z.literal(1, { error: 'must be 1' }).describe('Version of this file format.'),
    challenge: shortText(100)
      .optional()
      .describe('The challenge it is for; without it, the one beside the file, or the only one of the course.'),
    criteria: z.array(criterion).min(1, { error: 'must name at least one' }).max(30, { error: 'must name at most 30' }),
  })
  .meta({ title: 'rubric.yml', description: 'What a person judges in a challenge, beside what the app measures.' });

type Parts = Partial<z.output<typeof rubricSchema>>;

/** `challenge` as it is written; `value` only when nothing is wrong with the file. */
export type ParsedRubric = {
  file: string;
  challenge?: string;
  value?: Rubric;
  source?: YamlSource;
  problems: Problem[];
};

export function parseRubric(bytes: Uint8Array, file: string): ParsedRubric {
  const { source, problems } = readYaml(bytes, file);
  if (!source) return { file, problems };
  const { parts, problems: shape, report } = validateYaml(rubricSchema, source);
  const criteria = readCriteria(parts, report);
  const all = [...problems, ...shape, ...report.problems].toSorted((a, b) => a.line - b.line || a.column - b.column);
  const named = parts.challenge === undefined ? {} : { challenge: parts.challenge };
  return { file, ...named, ...(isAcceptable(all) ? { value: { file, criteria } } : {}), source, problems: all };
}

function readCriteria({ criteria = [] }: Parts, report: Report): RubricCriterion[] {
  const seen = new Set<string>();
  return criteria.map((criterion, index) => {
    const at = ['criteria', index];
    const { name, question } = criterion;
    if (seen.has(name)) report.error([...at, 'name'], 'rubric-twice', `\`${name}\` is judged twice`);
    seen.add(name);
    const levels = readLevels(criterion.levels ?? {}, [...at, 'levels'], report);
    const lookAt = (criterion.look_at ?? []).flatMap((written, place): LookAt[] => {
      const read = readLookAt(written);
      if (!('problem' in read)) return [read];
      report.error([...at, 'look_at', place], 'rubric-evidence', read.problem, read.hint);
      return [];
    });
    return { name, question, lookAt, levels };
  });
}

const mostPoints = 1000;

function readLevels(written: Readonly<Record<string, string>>, at: (string | number)[], report: Report): RubricLevel[] {
  const levels = Object.entries(written).flatMap(([key, text]): RubricLevel[] => {
    const points = /^\d{1,4}(?:\.\d{1,2})?$/.test(key) ? Number(key) : undefined;
    if (points !== undefined && points <= mostPoints) return [{ points, text }];
    const message = `the level \`${key.slice(0, 40)}\` is not a number of points`;
    report.error([...at, key], 'rubric-level', message, `write points from 0 to ${mostPoints}, such as \`3:\``);
    return [];
  });
  const distinct = new Set(levels.map(({ points }) => points));
  if (distinct.size < levels.length) report.error(at, 'rubric-level', 'two levels are worth the same points');
  else if (
    Object.keys(written).length < 2 ||
    (levels.length > 1 && rubricWorth({ criteria: [{ name: '', question: '', lookAt: [], levels }] }) === 0)
  )
    report.error(
      at,
      'rubric-level',
      'a person must be able to choose: write two levels at least, one of them worth points',
    );
  return levels.toSorted((a, b) => a.points - b.points);
}
