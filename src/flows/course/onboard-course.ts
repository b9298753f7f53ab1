// The App is in an organisation without a course: propose one, once.
import { isFailure } from '../../domain/text/failure.ts';
import { courseFilesFor } from './course-files.ts';
import { describeOnboarding } from '../../domain/messages/onboarding.ts';
import type { Outside } from '../../ports/outside.ts';
import type { CourseRecord } from '../../ports/records.ts';

export async function onboardCourse(outside: Outside, { organisation }: { organisation: string }): Promise<void> {
  const record = await outside.store.course(organisation);
  if (!record || record.installationId === 0 || record.commitSha) return;
  try {
    await proposeCourse(outside, record);
  } catch (error) {
    // What may be missing here is made; what is not found is the installation itself, which is gone again.
    if (!isFailure(error, 'not-found')) throw error;
    outside.log.info({ organisation }, 'the App is no longer installed there: no course is proposed');
  }
}

async function proposeCourse(outside: Outside, record: CourseRecord): Promise<void> {
  const { courseRepository: repository, log } = outside;
  const { courseRepository, proposals } = outside.github(record);
  const head = await courseRepository.head(repository);
  if (head && !(await courseRepository.snapshot(repository, head.commit)).isEmpty) return;
  const files = await courseFilesFor(outside, record);
  const made = await proposals.propose(repository, { ...describeOnboarding(record.login, repository), files });
  const organisation = record.login;
  if (made !== 'known') log.info({ organisation, pullRequest: made.number }, 'a course was proposed');
}
