// The files that the app puts into an organisation, with the Action by the name that this app gives it.
import { courseWorkflowPath } from '../../domain/report/confirm-report.ts';
import { nameAction } from '../../domain/messages/name-action.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';

type File = { path: string; contents: Buffer };

/** What the repository is called that holds the workflow alone. */
export function workflowRepositoryName({ courseRepository }: Pick<FlowPorts, 'courseRepository'>): string {
  return `${courseRepository}-workflows`;
}

/** What a course starts from. Where the workflow has a repository of its own, it is not here a second time. */
export async function courseFilesFor(ports: FlowPorts, record: CourseRecord): Promise<File[]> {
  const files = await withAction(ports, record, await ports.courseTemplate());
  return record.workflowRepository === undefined ? files : files.filter(({ path }) => path !== courseWorkflowPath);
}

/** The reusable workflow that student repositories call. */
export async function workflowFileFor(ports: FlowPorts, record: CourseRecord): Promise<File> {
  const files = (await ports.courseTemplate()).filter(({ path }) => path === courseWorkflowPath);
  return (await withAction(ports, record, files))[0]!;
}

async function withAction(ports: FlowPorts, record: CourseRecord, files: readonly File[]): Promise<File[]> {
  const { repository, ref } = ports.action;
  const commit = await ports.github(record).preparation.commitOf(repository, ref);
  return files.map(({ path, contents }) => ({
    path,
    contents: path.startsWith('.github/workflows/')
      ? Buffer.from(nameAction(contents.toString(), ports.action, commit))
      : contents,
  }));
}
