// What teachers change their mind about: rules of the course, the team of the staff, the App itself.
import type { Incident } from './incidents-people.ts';
import { org } from '../../flows/start-course.ts';
import { at, repoOf, type Class, type Settings } from './world.ts';

/** A key of course.yml, changed for good. */
function sets(kind: string, settings: Partial<Settings>): Incident {
  return {
    kind,
    async act(world) {
      Object.assign(world.settings, settings);
      await world.publish();
    },
  };
}

const openForAWhile: Incident = {
  kind: 'visibility in course.yml, and back',
  async act(world) {
    world.settings.visibility = 'public';
    await world.publish();
    const after = async (): Promise<void> => {
      world.settings.visibility = 'private';
      await world.publish();
    };
    return { days: 2, after };
  },
};

const wrongTeam: Incident = {
  kind: 'a team that is not there in course.yml, corrected later',
  async act(world) {
    const { staff } = world.settings;
    world.settings.staff = 'nobodies';
    await world.publish();
    const after = async (): Promise<void> => {
      world.settings.staff = staff;
      await world.publish();
    };
    return { days: 1, after };
  },
};

export async function makeTeam({ teacher, course }: Pick<Class, 'teacher' | 'course'>): Promise<void> {
  await teacher.request('POST /orgs/{org}/teams', { org, name: 'tas', privacy: 'closed' });
  await course.quiet();
}

const teamMadeAgain: Incident = {
  kind: 'the team of the staff deleted, and made again',
  async act(world) {
    await world.teacher.request('DELETE /orgs/{org}/teams/{team_slug}', { org, team_slug: 'tas' });
    await world.course.quiet();
    return { days: 2, after: () => makeTeam(world) };
  },
};

const suspended: Incident = {
  kind: 'the App suspended, and back',
  async act(world) {
    const { course } = world;
    const { admin, state } = course.sandbox;
    const [installation] = Object.values(state.store.installations);
    const student = world.pick();
    admin.suspendInstallation({ installationId: installation!.id, suspended: true });
    await course.quiet();
    await world.teacher.request('PATCH /repos/{owner}/{repo}', { ...at(repoOf(student)), private: false });
    world.pick().enrolled = false;
    await world.publish();
    admin.suspendInstallation({ installationId: installation!.id, suspended: false });
    await course.quiet();
  },
};

export const aboutTheCourse: Incident[] = [
  sets('permission in course.yml', { permission: 'maintain' }),
  sets('rights of the staff in course.yml', { staffPermission: 'triage' }),
  sets('what leavers keep in course.yml', { leavers: 'none' }),
  openForAWhile,
  wrongTeam,
  teamMadeAgain,
  suspended,
];
