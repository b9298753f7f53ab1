// The App is in an organisation without a course: propose one, once.
import { describeOnboarding } from '../../domain/messages/onboarding.ts';
import type { Outside } from '../../ports/outside.ts';

export async function onboardCourse(outside: Outside, { organisation }: { organisation: string }): Promise<void> {
  const { store, courseRepository: repository, log } = outside;
  const record = await store.course(organisation);
  if (!record || record.installationId === 0 || record.commitSha) return;
  const { courseRepository, proposals } = outside.github(record);
  const head = await courseRepository.head(repository);
  if (head && !(await courseRepository.snapshot(repository, head.commit)).isEmpty) return;
  const files = await outside.courseTemplate();
  const made = await proposals.propose(repository, { ...describeOnboarding(record.login, repository), files });
  if (made !== 'known') log.info({ organisation, pullRequest: made.number }, 'a course was proposed');
}
