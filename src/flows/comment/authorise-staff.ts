// Commands in comments that only the staff may give, in a student's repository or in the course repository.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { InForce } from '../course/in-force.ts';

export type RepositoryComment = {
  organisation: string;
  repository: string;
  /** Of the issue or the pull request. */
  number: number;
  onPull: boolean;
  comment: { id: number; body: string; login: string; at: Date };
};
/** One command of a comment, and the course in which it was given. */
export type StaffCommand = RepositoryComment & { found: InForce; words: readonly string[] };

type Staff = { student: StudentRepository | undefined; answer: (text: string) => Promise<void> };

/**
 * Staff is whoever may write to the course repository: the same people whose merge changes the plan. Anybody else is answered with `refusal`, and
 * a comment elsewhere with nothing; both give undefined. `marker` keeps an answer from being given twice.
 */
export async function authoriseStaff(
  ports: FlowPorts,
  { organisation, repository, number, comment, found }: StaffCommand,
  { marker, refusal }: { marker: string; refusal: string },
): Promise<Staff | undefined> {
  const student = await ports.store.studentRepository(organisation, repository);
  if (!student && repository !== found.record.repository) return undefined;
  const { staff, dataPulls } = ports.github(found.record);
  const answer = (text: string): Promise<void> => dataPulls.comment(repository, number, marker, text);
  if (await staff.mayWrite(found.record.repository, comment.login)) return { student, answer };
  await answer(refusal);
  return undefined;
}
