// What a person may do in a repository of the course: the staff's things, the student's own, or nothing.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { InForce } from '../course/in-force.ts';

/** One of the students whose repository it is. */
export function isMember({ owners }: Pick<InForce, 'owners'>, student: StudentRepository, login: string): boolean {
  const members = owners.find(({ slug }) => slug === student.owner)?.members ?? [];
  return members.some((member) => member.login.toLowerCase() === login.toLowerCase());
}

/** Staff is whoever may write to the course repository, or is in the team that the course names. */
export async function isStaff(
  ports: Pick<FlowPorts, 'github'>,
  { record, course }: InForce,
  login: string,
): Promise<boolean> {
  const { staff } = ports.github(record);
  if (await staff.mayWrite(record.repository, login)) return true;
  return course.staff !== undefined && (await staff.isMember(course.staff, login));
}
