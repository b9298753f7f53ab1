// The workflow file that ties a student repository to the course's reusable workflow.

/** Where the file is in every student repository. */
export const workflowPath = '.github/workflows/course.yml';

const placeholders = { organisation: '__ORGANISATION__', courseRepository: '__COURSE_REPOSITORY__' };

type Input = { current: string | undefined; organisation: string; courseRepository: string };

/**
 * The file as it should be: the template's with its placeholders filled in, ours where the template has none, and
 * undefined when the file is the student's own by now.
 */
export function studentWorkflow({ current, organisation, courseRepository }: Input): string | undefined {
  const text = current ?? standard;
  if (!text.includes(placeholders.organisation) && !text.includes(placeholders.courseRepository)) return undefined;
  return text
    .replaceAll(placeholders.organisation, organisation)
    .replaceAll(placeholders.courseRepository, courseRepository);
}

const standard = `# Runs the pipeline as the course does, on every push.
name: course
on:
  push:
    branches: [main]
  pull_request:
concurrency:
  group: course-\${{ github.ref }}
  cancel-in-progress: true
permissions: {}
jobs:
  practicum:
    permissions:
      actions: read
      checks: write
      contents: read
      id-token: write
    uses: ${placeholders.organisation}/${placeholders.courseRepository}/.github/workflows/practicum.yml@main
`;
