// What a plan tells of the change from one version of a course to another, and what the two do.
import { listPersonChanges, listRuleChanges, type CourseVersion } from '../../../src/domain/plan/list-changes.ts';
import { describeCourseChanges } from '../../../src/domain/messages/course-changes.ts';

export const planOf = (before: CourseVersion, after: CourseVersion): string =>
  describeCourseChanges(
    {
      rules: listRuleChanges(before, after),
      people: listPersonChanges(before.owners, after.owners),
      repositories: [],
    },
    before.course.timezone,
  ).join('\n');

export const effects = ({ course, challenges, owners }: CourseVersion): unknown => [course, challenges, owners];
