// What a person is in a course: staff by the team or by write access to the course repository, a student by their account.
import type { GitHub } from '../../ports/github.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { CourseRole, Person } from '../../ports/session.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';

type Asking = {
  store: Store;
  github: (course: Pick<CourseRecord, 'login' | 'installationId'>) => Pick<GitHub, 'staff'>;
  courseRepository: string;
};

/** Asks GitHub about the staff; students are told from the roster in force alone. */
export async function roleOf(asking: Asking, organisation: string, person: Person): Promise<CourseRole> {
  const record = await asking.store.course(organisation);
  if (!record) return { staff: false };
  const owner = await ownerOf(asking.store, organisation, person);
  const own = owner === undefined ? {} : { owner };
  try {
    return { staff: await isStaff(asking, record, person), ...own };
  } catch (error) {
    // GitHub is away: a student's own page does not need it.
    if (owner !== undefined) return { staff: false, ...own };
    throw error;
  }
}

async function isStaff({ store, github, courseRepository }: Asking, record: CourseRecord, { login }: Person) {
  const found = await inForce(store, record.organisation);
  const { staff } = github(record);
  const team = found?.course.staff;
  if (team !== undefined && (await staff.isMember(team, login))) return true;
  return staff.mayWrite(record.repository ?? courseRepository, login);
}

/** GitHub's numeric id decides where it is known: a login that was given up may be somebody else's by now. */
async function ownerOf(store: Store, organisation: string, person: Person): Promise<string | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const accounts = await store.accounts(organisation);
  const known = accounts.find(({ id }) => id === person.id);
  const lower = person.login.toLowerCase();
  if (!known && accounts.some(({ login }) => login.toLowerCase() === lower)) return undefined;
  const login = (known?.login ?? person.login).toLowerCase();
  const owner = found.owners.find(({ members }) => members.some((member) => member.login.toLowerCase() === login));
  return (owner ?? (known && found.owners.find(({ slug }) => slug === known.slug)))?.slug;
}
