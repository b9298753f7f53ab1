// A course organisation in the sandbox, as it is on the day before the course: people, a team, templates, the App.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { studentWorkflow, workflowPath } from '../domain/messages/student-workflow.ts';
import { buildWorld as buildSandboxWorld, type Sandbox, quietLog } from '@practicum/sandbox';
import { fitTemplate } from './fit-template.ts';
import { pushFolder, type Person } from './push-files.ts';
import type { StudentTask } from './student-task.ts';

export type World = {
  organisation: string;
  teacher: Person;
  students: Person[];
  app: { appId: number; privateKey: string; webhookSecret: string };
};

export type WorldPlan = {
  organisation: string;
  staff: string;
  template: string;
  students: { login: string; name: string }[];
  /** The template repository's content. */
  studentFolder: string;
  /** What there is to be learned, where the template does not know it. */
  tasks?: readonly StudentTask[];
  /** Writes the Action, bundled, into a folder. */
  bundleAction: (folder: string) => Promise<void>;
  /** The text of app.yml. */
  readManifest: () => Promise<string>;
  webhook: { url: string; secret: string };
};

/** Builds it once; the description is kept in `file`, so that a rehearsal that was killed goes on with the same people. */
export async function openWorld(sandbox: Sandbox, plan: WorldPlan, file: string): Promise<World> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known) {
    const world = JSON.parse(known) as World;
    // The port may be another one; the secret is the one that the app knows.
    sandbox.admin.setWebhook({ appId: world.app.appId, url: plan.webhook.url, secret: world.app.webhookSecret });
    return world;
  }
  const world = await buildWorld(sandbox, plan);
  await writeFile(file, JSON.stringify(world), { mode: 0o600 });
  return world;
}

async function buildWorld(sandbox: Sandbox, plan: WorldPlan): Promise<World> {
  const { organisation } = plan;
  await publishAction(sandbox, plan.bundleAction);
  return withFolder(async (folder) => {
    await cp(plan.studentFolder, folder, { recursive: true });
    await fitTemplate(folder, plan.tasks ?? []);
    await nameCourse(folder, organisation);
    const { owner, members, app } = await buildSandboxWorld(sandbox, {
      organisation,
      owner: { login: 'teacher', name: 'Grace Hopper' },
      members: plan.students,
      teams: [{ name: plan.staff, members: ['teacher'] }],
      repositories: [
        { name: plan.template, template: true, folder, message: 'A project that runs as it stands' },
        { name: 'course', files: { 'README.md': '# course\n' } },
      ],
      app: { manifest: await plan.readManifest(), owner: 'practicum', webhook: plan.webhook, installed: false },
    });
    const { appId, privateKey } = app!;
    return {
      organisation,
      teacher: owner,
      students: members,
      app: { appId, privateKey, webhookSecret: plan.webhook.secret },
    };
  });
}

/** `practicum/practicum/action@v1`, as the course's workflows name it. */
export async function publishAction(
  sandbox: Sandbox,
  bundleAction: (folder: string) => Promise<unknown>,
): Promise<void> {
  const { admin, url } = sandbox;
  const [login, name] = ['practicum-publisher', 'Practicum'];
  const publisher: Person = { login, name, token: admin.createUser({ login, name }).token };
  admin.createOrganization({ login: 'practicum', owner: login });
  await makeRepository(sandbox, publisher, 'practicum', 'practicum', { private: false });
  await withFolder(async (folder) => {
    await bundleAction(join(folder, 'action'));
    await pushFolder(
      `${url}/practicum/practicum.git`,
      publisher,
      sandbox.clock.now(),
      folder,
      'Release the Action',
      'v1',
    );
  });
}

/** The template's workflow names the course's organisation, as its README asks of the teacher. */
async function nameCourse(folder: string, organisation: string): Promise<void> {
  const file = join(folder, workflowPath);
  const current = await readFile(file, 'utf8').catch(() => undefined);
  const text =
    current === undefined ? undefined : studentWorkflow({ current, organisation, courseRepository: 'course' });
  if (text !== undefined) await writeFile(file, text);
}

async function makeRepository(
  sandbox: Sandbox,
  owner: Person,
  org: string,
  name: string,
  options: object,
): Promise<void> {
  await clientOf(sandbox, owner).request('POST /orgs/{org}/repos', { org, name, ...options });
}

/** The sandbox's API as one person sees it. */
export function clientOf(sandbox: Pick<Sandbox, 'url'>, { token }: Person): Octokit {
  return new Octokit({ auth: token, baseUrl: `${sandbox.url}/api/v3`, log: quietLog });
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'practicum-action-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
