// The template of the course, before anybody's repository is to be made from it: a refusal is said on the plan, at its line.
import type { Problem } from '../../domain/text/problem.ts';
import { readYaml } from '../../domain/text/yaml-source.ts';
import type { CourseSnapshot, GitHub, TemplateStanding } from '../../ports/github.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';

type Fault = Exclude<TemplateStanding, 'good'>;

const words: Record<Fault, (template: string, organisation: string) => Pick<Problem, 'code' | 'message' | 'hint'>> = {
  missing: (template, organisation) => ({
    code: 'template-missing',
    message: `the template \`${template}\` does not exist in ${organisation}, or the App may not read it`,
    hint: 'check its name, and that the App is installed on that repository as well',
  }),
  'not-a-template': (template) => ({
    code: 'template-not-marked',
    message: `\`${template}\` is not a template repository: GitHub refuses to make repositories from it`,
    hint: 'in its settings, tick "Template repository"',
  }),
  empty: (template) => ({
    code: 'template-empty',
    message: `the template \`${template}\` has no commit: GitHub refuses to make repositories from it`,
    hint: 'push the files that every student starts from to it',
  }),
};

/** An error while a repository is still to be made from it; where all are made, only those who join later are concerned. */
export async function checkTemplate(
  store: Store,
  github: GitHub,
  { organisation, login }: Pick<CourseRecord, 'organisation' | 'login'>,
  { course, files }: CourseSnapshot,
  planned: readonly { name: string }[],
): Promise<Problem[]> {
  const template = course?.repositories.template;
  if (template === undefined) return [];
  const standing = await github.studentRepositories.template(template);
  if (standing === 'good') return [];
  const made = new Set(
    (await store.studentRepositories(organisation)).filter(({ state }) => state === 'ready').map(({ name }) => name),
  );
  const level = planned.every(({ name }) => made.has(name)) ? 'warning' : 'error';
  const { source } = readYaml(Buffer.from(files['course.yml'] ?? ''), 'course.yml');
  const place = source?.locate(['repositories', 'template']) ?? { line: 1, column: 1 };
  return [{ file: 'course.yml', ...place, level, ...words[standing](template, login) }];
}
