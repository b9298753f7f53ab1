// The files that the app puts into an organisation, with the Action by the name that this app gives it.
import { courseWorkflowPath } from '../../domain/report/confirm-report.ts';
import { nameAction } from '../../domain/messages/name-action.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Outside } from '../../ports/outside.ts';

type File = { path: string; contents: Buffer };

/** What the repository is called that holds the workflow alone. */
export function workflowRepositoryName({ courseRepository }: Pick<Outside, 'courseRepository'>): string {
  return `${courseRepository}-workflows`;
}

/** What a course starts from. Where the workflow has a repository of its own, it is not here a second time. */
export async function courseFilesFor(outside: Outside, record: CourseRecord): Promise<File[]> {
  const files = await withAction(outside, record, await outside.courseTemplate());
  return record.workflowRepository === undefined ? files : files.filter(({ path }) => path !== courseWorkflowPath);
}

/** The reusable workflow that student repositories call. */
export async function workflowFileFor(outside: Outside, record: CourseRecord): Promise<File> {
  const files = (await outside.courseTemplate()).filter(({ path }) => path === courseWorkflowPath);
  return (await withAction(outside, record, files))[0]!;
}

async function withAction(outside: Outside, record: CourseRecord, files: readonly File[]): Promise<File[]> {
  const { repository, ref } = outside.action;
  const commit = await outside.github(record).preparation.commitOf(repository, ref);
  return files.map(({ path, contents }) => ({
    path,
    contents: path.startsWith('.github/workflows/')
      ? Buffer.from(nameAction(contents.toString(), outside.action, commit))
      : contents,
  }));
}
