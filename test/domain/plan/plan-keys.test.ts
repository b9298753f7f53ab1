// Law: whatever is changed at any key of any file of a course is in the plan or refused; two plans that read alike do the same.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { challengeSchema } from '../../../src/domain/challenge/schema.ts';
import { courseSchema } from '../../../src/domain/course/read-course-file.ts';
import type { CourseVersion } from '../../../src/domain/plan/list-changes.ts';
import { readCourseFiles } from '../../../src/domain/plan/read-course-files.ts';
import { rubricSchema } from '../../../src/domain/rubric/read-rubric.ts';
import { jsonSchemaOf } from '../../../src/domain/text/json-schema.ts';
import { isAcceptable } from '../../../src/domain/text/problem.ts';
import { bytes } from './course-for-test.ts';
import { edited, editsOf, isAt, keysOf, type Edit, type Schema } from './edits.ts';
import { complete, textOf, type FileKind, type Files } from './every-key.ts';
import { effects, planOf } from './told.ts';

const columns = ['x', 'price', 'size'].map((name) => ({ name, kind: 'number' as const }));
const facts = { rows: 1000, columns: [...columns, ...['y', 'day', 'region', 'by', 'code'].map((name) => ({ name }))] };
const roster = 'login,id,name,group\nada,1,Ada,\nben,2,Ben,g1\neva,3,Eva,g1\n';
/** Many more find what is rare. */
const runs = Number(process.env['PLAN_RUNS'] ?? 100);
const kinds: readonly FileKind[] = ['course', 'challenge', 'rubric'];
const schemas: Record<FileKind, Schema> = {
  course: jsonSchemaOf(courseSchema) as Schema,
  challenge: jsonSchemaOf(challengeSchema) as Schema,
  rubric: jsonSchemaOf(rubricSchema) as Schema,
};
/** Nothing but 1 is accepted; and a rubric for a challenge that is not there is refused. */
const fixed: Record<FileKind, string[]> = {
  course: ['version'],
  challenge: ['version'],
  rubric: ['version', 'challenge'],
};

const paths: Record<FileKind, string> = {
  course: 'course.yml',
  challenge: 'challenges/prices/challenge.yml',
  rubric: 'challenges/prices/rubric.yml',
};

function read(trees: Files): CourseVersion | undefined {
  const texts = kinds.flatMap((kind) => (trees[kind] ? [[paths[kind], textOf(trees[kind])] as const] : []));
  const files = Object.fromEntries([...texts, ['roster.csv', roster]]);
  const file = (path: string) => ({ path, bytes: bytes(files[path]!) });
  const found = readCourseFiles(
    {
      course: file(paths.course),
      roster: file('roster.csv'),
      challenges: [file(paths.challenge)],
      rubrics: trees.rubric ? [file(paths.rubric)] : [],
    },
    { [String((trees.challenge['dataset'] as { source?: unknown } | undefined)?.source)]: facts },
  );
  return isAcceptable(found.problems) && found.challenges.length === 1 ? { ...found, files } : undefined;
}

const isSame = (version: CourseVersion, two: CourseVersion): boolean =>
  isDeepStrictEqual(effects(version), effects(two));

type Base = { trees: Files; kind: FileKind; before: CourseVersion; edits: Edit[] };
const bases = Object.entries(complete).flatMap(([name, trees]) =>
  kinds.flatMap((kind): Base[] => {
    const [before, tree] = [read(trees), trees[kind]];
    if (!before) throw new Error(`${name} is not valid`);
    return tree ? [{ trees, kind, before, edits: editsOf(tree, schemas[kind]) }] : [];
  }),
);
const withEdits = ({ trees, kind }: Base, edits: readonly Edit[]): CourseVersion | undefined =>
  read({ ...trees, [kind]: edited(trees[kind]!, edits) });

test.each(kinds)('every key of %s.yml has an effect, and it is in the plan', { timeout: 600_000 }, (kind) => {
  const mute = keysOf(schemas[kind]).filter(
    (key) =>
      !bases.some(
        (base) =>
          base.kind === kind &&
          base.edits.some((edit) => {
            const after = isAt(edit.path, key) ? withEdits(base, [edit]) : undefined;
            return after !== undefined && !isSame(base.before, after) && planOf(base.before, after) !== '';
          }),
      ),
  );
  // A key that is new in a schema is missing from `every-key.ts`.
  expect(mute).toEqual(fixed[kind]);
});

test('two versions of a course are told apart wherever they do not do the same', { timeout: 600_000 }, () => {
  const chosen = fc.record({
    base: fc.nat(),
    at: fc.nat(),
    two: fc.tuple(fc.nat(), fc.nat()),
    more: fc.array(fc.nat(), { maxLength: 2 }),
  });
  let compared = 0;
  const compare = ({
    base: which,
    at,
    two,
    more,
  }: {
    base: number;
    at: number;
    two: [number, number];
    more: number[];
  }): void => {
    const base = bases[which % bases.length]!;
    const { edits } = base;
    const { path } = edits[at % edits.length]!;
    const here = edits.filter((edit) => isDeepStrictEqual(edit.path, path));
    const others = more.map((each) => edits[each % edits.length]!);
    const [one, other] = two.map((each) => withEdits(base, [here[each % here.length]!, ...others]));
    for (const after of [one, other])
      if (after) expect(planOf(base.before, after) === '').toBe(isSame(base.before, after));
    if (!one || !other) return;
    compared++;
    expect(planOf(one, other) === '').toBe(isSame(one, other));
    if (planOf(base.before, one) === planOf(base.before, other)) expect(effects(one)).toEqual(effects(other));
  };
  fc.assert(fc.property(chosen, compare), { numRuns: runs });
  expect(compared).toBeGreaterThan(runs / 20);
});
