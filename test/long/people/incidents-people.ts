// What happens to people: they rename themselves, change groups, leave, come late, never accept, are blocked.
import { org } from '../../flows/start-course.ts';
import { at, repoOf, type Class, type Student } from './world.ts';

/** `after`: what follows after so many days. */
export type Incident = {
  kind: string;
  act: (world: Class) => Promise<void | { days: number; after: () => Promise<void> }>;
};

function rename({ course }: Class, student: Student, login: string): void {
  course.renameAccount(student.login, login);
  student.login = login;
}

async function accept({ as, course }: Class, student: Student): Promise<void> {
  const client = as(student);
  const { data } = await client.request('GET /user/repository_invitations');
  for (const { id } of data)
    await client.request('PATCH /user/repository_invitations/{invitation_id}', { invitation_id: Number(id) });
  student.absent = false;
  await course.quiet();
}

const isLate = (student: Student): boolean => !student.enrolled && !student.outsider;
const isGuest = (student: Student): boolean => student.outsider;

const renamedAndFollowed: Incident = {
  kind: 'account renamed, and the roster follows',
  async act(world) {
    const student = world.pick();
    rename(world, student, `${student.first}-new`);
    student.written = student.login;
    await world.publish();
  },
};
const renamedUnsaid: Incident = {
  kind: 'account renamed, and the roster does not follow',
  async act(world) {
    const student = world.pick();
    rename(world, student, `${student.first}-elsewhere`);
    world.standing.push({ kind: 'account-renamed', repo: repoOf(student), words: /is now called \S*-elsewhere/ });
  },
};
const renamedAndPutOut: Incident = {
  kind: 'account renamed, the roster does not follow, and their access is taken by hand',
  async act(world) {
    const student = world.pick();
    rename(world, student, `${student.first}-out`);
    await world.teacher.request('DELETE /repos/{owner}/{repo}/collaborators/{username}', {
      ...at(repoOf(student)),
      username: student.login,
    });
    await world.course.quiet();
    world.standing.push({ kind: 'account-renamed', repo: repoOf(student), words: /is now called \S*-out/ });
  },
};
const nameTaken: Incident = {
  kind: 'account renamed, and somebody else takes the old name',
  async act(world) {
    const [one, other] = [world.pick(), world.pick()];
    const free = one.login;
    rename(world, one, `${one.first}-first`);
    rename(world, other, free);
    Object.assign(one, { written: one.login });
    Object.assign(other, { written: other.login });
    await world.publish();
  },
};
const newSpelling: Incident = {
  kind: 'a new spelling in the roster',
  async act(world) {
    const student = world.pick();
    student.written = student.written.toUpperCase();
    await world.publish();
  },
};
const moved: Incident = {
  kind: 'moved to another group',
  async act(world) {
    const [student] = world.pickGroup();
    student.group = world.students.find(({ group }) => group !== '' && group !== student.group)!.group;
    await world.publish();
  },
};
const joined: Incident = {
  kind: 'worked alone, and joined a group',
  async act(world) {
    const student = world.pick();
    student.group = world.students.find(({ group }) => group !== '')!.group;
    await world.publish();
  },
};
const split: Incident = {
  kind: 'a group fell apart',
  async act(world) {
    for (const student of world.pickGroup()) student.group = '';
    await world.publish();
  },
};
const left: Incident = {
  kind: 'left the roster',
  async act(world) {
    world.pick().enrolled = false;
    await world.publish();
  },
};
const cameBack: Incident = {
  kind: 'left the roster, and came back',
  async act(world) {
    const student = world.pick();
    student.enrolled = false;
    await world.publish();
    const after = async (): Promise<void> => {
      student.enrolled = true;
      await world.publish();
    };
    return { days: 3, after };
  },
};
const leftAndDeleted: Incident = {
  kind: 'left the roster, and the repository was deleted',
  async act(world) {
    const student = world.pick();
    student.enrolled = false;
    await world.publish();
    const after = async (): Promise<void> => {
      await world.teacher.request('DELETE /repos/{owner}/{repo}', at(repoOf(student)));
      await world.course.quiet();
      world.gone.add(repoOf(student));
    };
    return { days: 3, after };
  },
};
const cameLate: Incident = {
  kind: 'came late',
  async act(world) {
    world.pick(isLate).enrolled = true;
    await world.publish();
  },
};
const mistyped: Incident = {
  kind: 'a mistyped login, corrected later',
  async act(world) {
    const student = world.pick(isLate);
    Object.assign(student, { enrolled: true, written: `${student.first}-typo` });
    await world.publish();
    const after = async (): Promise<void> => {
      student.written = student.login;
      await world.publish();
    };
    return { days: 2, after };
  },
};
const ghost: Incident = {
  kind: 'a login that does not exist',
  async act(world) {
    world.others.push('ghost-of-nobody,id-ghost,Ghost,');
    await world.publish();
    world.standing.push({ kind: 'login-unknown', login: 'ghost-of-nobody', words: /ghost-of-nobody/ });
  },
};
const blank: Incident = {
  kind: 'a blank login',
  async act(world) {
    world.others.push(',id-blank,Nobody Yet,');
    await world.publish();
    world.standing.push({ kind: 'no-login', words: /Nobody Yet/ });
  },
};
const lastYears: Incident = {
  kind: 'a last year’s public repository of the planned name',
  async act(world) {
    const student = world.pick(isLate);
    const name = `work-${student.first}`;
    await world.teacher.request('POST /orgs/{org}/repos', { org, name, private: false, auto_init: true });
    await world.course.advance(1);
    student.enrolled = true;
    await world.publish();
    const after = async (): Promise<void> => {
      world.settings.adopt.push(name);
      await world.publish();
    };
    return { days: 1, after };
  },
};
const acceptsLate: Incident = {
  kind: 'accepted after the first invitation had expired',
  async act(world) {
    const student = world.pick(isGuest);
    return { days: 10, after: () => accept(world, student) };
  },
};
const neverAccepts: Incident = {
  kind: 'never accepted',
  async act(world) {
    const student = world.pick(isGuest);
    world.standing.push({ kind: 'invited', repo: repoOf(student), words: /has not accepted the invitation/ });
  },
};
const accepts: Incident = {
  kind: 'accepted the invitation',
  async act(world) {
    await accept(world, world.pick(isGuest));
  },
};
const blocked: Incident = {
  kind: 'blocked: put out, and cannot be invited',
  async act(world) {
    const student = world.pick();
    world.course.sandbox.refuse('invitation-refused', {
      match: { method: 'PUT', path: `/collaborators/${student.login}$` },
    });
    await world.teacher.request('DELETE /orgs/{org}/members/{username}', { org, username: student.login });
    await world.course.quiet();
    student.absent = true;
    world.standing.push({ kind: 'refused', repo: repoOf(student), words: /could not be let in/ });
  },
};
const leftOrganisation: Incident = {
  kind: 'left the organisation, and accepted the invitation that followed',
  async act(world) {
    const student = world.pick();
    await world.teacher.request('DELETE /orgs/{org}/members/{username}', { org, username: student.login });
    await world.course.quiet();
    return { days: 1, after: () => accept(world, student) };
  },
};

export const aboutPeople: Incident[] = [
  renamedAndFollowed,
  renamedAndFollowed,
  renamedUnsaid,
  renamedAndPutOut,
  nameTaken,
  newSpelling,
  moved,
  moved,
  joined,
  split,
  left,
  left,
  cameBack,
  leftAndDeleted,
  cameLate,
  mistyped,
  ghost,
  blank,
  lastYears,
  acceptsLate,
  acceptsLate,
  neverAccepts,
  neverAccepts,
  accepts,
  blocked,
  leftOrganisation,
];
