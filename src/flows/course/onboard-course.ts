// The App is in an organisation without a course: propose one, once.
import { isFailure } from '../../domain/text/failure.ts';
import { courseFilesFor } from './course-files.ts';
import { describeOnboarding } from '../../domain/messages/onboarding.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { CourseRecord } from '../../ports/records.ts';

export async function onboardCourse(ports: FlowPorts, { organisation }: { organisation: string }): Promise<void> {
  const record = await ports.store.course(organisation);
  if (!record || record.installationId === 0 || record.commitSha) return;
  try {
    await proposeCourse(ports, record);
  } catch (error) {
    // What may be missing here is made; what is not found is the installation itself, which is gone again.
    if (!isFailure(error, 'not-found')) throw error;
    ports.log.info({ organisation }, 'the App is no longer installed there: no course is proposed');
  }
}

async function proposeCourse(ports: FlowPorts, record: CourseRecord): Promise<void> {
  const { courseRepository: repository, log } = ports;
  const { courseRepository, proposals } = ports.github(record);
  const head = await courseRepository.head(repository);
  if (head && !(await courseRepository.snapshot(repository, head.commit)).isEmpty) return;
  const files = await courseFilesFor(ports, record);
  const made = await proposals.propose(repository, { ...describeOnboarding(record.login, repository), files });
  const organisation = record.login;
  if (made !== 'known') log.info({ organisation, pullRequest: made.number }, 'a course was proposed');
}
