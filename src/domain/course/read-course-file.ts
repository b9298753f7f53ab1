// course.yml: its definition, and how its bytes become a Course or problems.
import { z } from 'zod';
import { isZone } from '../time/calendar.ts';
import { occasions } from './course.ts';
import type { Course } from './course.ts';
import { retentionFault } from './retention.ts';
import { isAcceptable } from '../text/problem.ts';
import type { Problem } from '../text/problem.ts';
import type { Report } from '../text/report-problems.ts';
import { fillTemplate, pathFault, placeholdersOf } from '../text/repository-path.ts';
import { suggest } from '../text/suggest.ts';
import { validateYaml } from '../text/validate-yaml.ts';
import { readAmount, share, shortText, wholeNumber } from '../text/values.ts';
import { readYaml } from '../text/yaml-source.ts';
import type { YamlSource } from '../text/yaml-source.ts';

const repositories = z
  .strictObject({
    name: shortText(200)
      .default('{challenge}-{owner}')
      .meta({
        description:
          'Name of each student repository. `{owner}` is the login or the group; `{challenge}` gives each challenge its own repository.',
        examples: ['{challenge}-{owner}'],
      }),
    template: shortText(140)
      .optional()
      .describe('Template repository of the organisation that student repositories are made from.'),
    visibility: z
      .enum(['private', 'internal', 'public'])
      .default('private')
      .describe('Who can see a student repository.'),
    permission: z
      .enum(['pull', 'triage', 'push', 'maintain', 'admin'])
      .default('push')
      .describe('What a student may do in it.'),
    staff_permission: z
      .enum(['pull', 'triage', 'push', 'maintain', 'admin'])
      .default('pull')
      .describe('What the team named under `staff` may do in it.'),
    leavers: z
      .enum(['read', 'none'])
      .default('read')
      .describe('What a student who leaves the roster keeps: reading what was theirs, or nothing.'),
    adopt: z
      .array(shortText(100))
      .optional()
      .describe(
        'Repositories that exist already and may be taken over, by name. Without it, the app uses only those that it has made itself.',
      ),
  })
  .describe('The repositories that students work in.');

const late = z
  .strictObject({
    tokens: wholeNumber(0, 365).default(0).describe('Late tokens that each student or group has for the whole course.'),
    days_per_token: z
      .number()
      .positive({ error: 'must be more than 0' })
      .max(365)
      .default(1)
      .describe('Days of lateness that one token pays for.'),
    then_per_day: share.default(1).describe('Share of the points lost for each day after the tokens are spent.'),
  })
  .describe('What lateness costs.');

const grades = z
  .strictObject({
    pass: share.default('50%').describe('Share of the points needed to pass.'),
    release: z
      .enum(['auto', 'manual'])
      .default('auto')
      .describe('Whether students see scores at once, or when the teacher releases them.'),
  })
  .describe('The pass line, and when grades are shown.');

export const courseSchema = z
  .strictObject({
    version: z.literal(1, { error: 'must be 1' }).describe('Version of this file format.'),
    title: shortText().describe('Title of the course, as students see it.'),
    timezone: shortText(60).meta({
      description: 'IANA time zone of every date without an offset.',
      examples: ['Europe/Copenhagen'],
    }),
    staff: shortText(100)
      .optional()
      .describe('Team of the organisation that teaches: it can read every student repository.'),
    roster: shortText(240).default('roster.csv').describe('CSV file with the columns `login`, `id`, `name`, `group`.'),
    repositories: repositories.optional(),
    late: late.optional(),
    grades: grades.optional(),
    notify: z
      .array(z.enum(occasions))
      .max(occasions.length)
      .optional()
      .describe(
        'When students are told by a comment that mentions them, on their dashboard issue: on each `release`, a day before the `deadline` of a challenge, on an `incident` of their service. Without it, never; a release to 500 students then takes an hour of what GitHub lets an app say.',
      ),
    retention: shortText(10)
      .optional()
      .meta({
        description:
          'How long after the last `ends` everything that the app keeps about people is removed: days, weeks or years. Without it, it stays until somebody removes it.',
        examples: ['2y', '26w'],
      }),
    challenges: z
      .array(shortText(240))
      .min(1, { error: 'must name at least one' })
      .optional()
      .describe(
        'Challenge folders to read. Without it, every `challenges/*/challenge.yml` and a `challenge.yml` at the root.',
      ),
  })
  .meta({
    title: 'course.yml',
    description: 'A course: who takes it, in which repositories, and what lateness costs.',
  });

type CourseParts = Partial<z.output<typeof courseSchema>>;

/** What holds where there is no course.yml, or where it says nothing. */
export const defaultCourse: Course = {
  title: 'Course',
  timezone: 'UTC',
  roster: 'roster.csv',
  repositories: {
    name: '{challenge}-{owner}',
    visibility: 'private',
    permission: 'push',
    staffPermission: 'pull',
    leavers: 'read',
    adopt: [],
  },
  late: { tokens: 0, daysPerToken: 1, thenPerDay: 1 },
  grades: { pass: 0.5, release: 'auto' },
};

/** `draft` is the best guess at what was meant, so that the other files can be checked although this one is wrong. */
export type ParsedCourse = { value?: Course; draft: Course; source?: YamlSource; problems: Problem[] };

export function parseCourse(bytes: Uint8Array, file = 'course.yml'): ParsedCourse {
  const { source, problems } = readYaml(bytes, file);
  if (!source) return { draft: defaultCourse, problems };
  const { parts, problems: shape, report } = validateYaml(courseSchema, source);
  checkZone(parts, report);
  checkNames(parts, report);
  checkPaths(parts, report);
  const wrong = parts.retention === undefined ? undefined : retentionFault(parts.retention);
  if (wrong) report.error(['retention'], 'bad-retention', `\`retention\` ${wrong}`, 'such as `2y` or `26w`');
  const all = [...problems, ...shape, ...report.problems].toSorted((a, b) => a.line - b.line || a.column - b.column);
  const draft = toCourse(parts);
  return { ...(isAcceptable(all) ? { value: draft } : {}), draft, source, problems: all };
}

function toCourse(parts: CourseParts): Course {
  const {
    title,
    timezone,
    staff,
    roster,
    repositories: repos,
    late: rule,
    grades: grading,
    notify,
    retention,
    challenges,
  } = parts;
  return {
    title: title ?? defaultCourse.title,
    timezone: timezone !== undefined && isZone(timezone) ? timezone : defaultCourse.timezone,
    ...(staff === undefined ? {} : { staff }),
    roster: roster ?? defaultCourse.roster,
    repositories: repos ? toRepositories(repos) : defaultCourse.repositories,
    late: rule
      ? { tokens: rule.tokens, daysPerToken: rule.days_per_token, thenPerDay: readAmount(rule.then_per_day) }
      : defaultCourse.late,
    grades: grading ? { pass: readAmount(grading.pass), release: grading.release } : defaultCourse.grades,
    ...(notify === undefined ? {} : { notify }),
    ...(retention === undefined ? {} : { retention }),
    ...(challenges === undefined ? {} : { challenges }),
  };
}

function toRepositories({
  template,
  staff_permission: staffPermission,
  adopt = [],
  ...others
}: NonNullable<CourseParts['repositories']>): Course['repositories'] {
  return { ...others, staffPermission, adopt, ...(template === undefined ? {} : { template }) };
}

function checkZone({ timezone }: CourseParts, report: Report): void {
  if (timezone === undefined || isZone(timezone)) return;
  const close = suggest(timezone, Intl.supportedValuesOf('timeZone'), 1000);
  const hint = close ? `did you mean \`${close}\`?` : 'a name such as `Europe/Copenhagen`';
  report.error(['timezone'], 'unknown-timezone', `unknown time zone \`${timezone}\``, hint);
}

function checkNames({ staff, repositories: repos }: CourseParts, report: Report): void {
  if (staff !== undefined && !/^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(staff)) {
    const message = '`staff` must be a team slug: lower-case letters, digits and single hyphens';
    report.error(['staff'], 'bad-team', message, `such as \`${staff.toLowerCase().replace(/[^a-z0-9]+/g, '-')}\``);
  }
  if (!repos) return;
  const where = ['repositories', 'name'];
  const unknown = placeholdersOf(repos.name).find((name) => name !== 'owner' && name !== 'challenge');
  if (unknown !== undefined) {
    const close = suggest(unknown, ['owner', 'challenge']);
    report.error(
      where,
      'unknown-placeholder',
      `unknown placeholder \`{${unknown}}\``,
      `known: \`{owner}\`, \`{challenge}\`${close ? `; did you mean \`{${close}}\`?` : ''}`,
    );
  } else if (!repos.name.includes('{owner}')) {
    report.error(
      where,
      'repository-not-per-owner',
      '`name` must contain `{owner}`, or all students would share one repository',
    );
  }
  const sample = fillTemplate(repos.name, { owner: 'x', challenge: 'x' });
  if (unknown === undefined && !/^[A-Za-z0-9._-]+$/.test(sample)) {
    report.error(
      where,
      'bad-repository-name',
      '`name` may contain letters, digits, `.`, `-` and `_`, besides the placeholders',
    );
  }
  if (repos.template !== undefined && !/^(?:[A-Za-z0-9-]+\/)?[A-Za-z0-9._-]+$/.test(repos.template)) {
    report.error(
      ['repositories', 'template'],
      'bad-repository-name',
      '`template` must be the name of a repository, such as `student-template`',
    );
  }
}

function checkPaths({ roster, challenges }: CourseParts, report: Report): void {
  const fault = roster === undefined ? undefined : pathFault(roster);
  if (fault) report.error(['roster'], 'bad-path', `\`roster\` ${fault}`);
  for (const [index, path] of (challenges ?? []).entries()) {
    const wrong = pathFault(path);
    if (wrong) report.error(['challenges', index], 'bad-path', `\`challenges[${index}]\` ${wrong}`);
  }
}
