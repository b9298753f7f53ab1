// GitHub as one installation sees it: every port, each with a token that can do no more than its task needs.
import type { GitHub } from '../ports/github.ts';
import { bytesOf, commitOn, type FileAddition } from './repository/branch.ts';
import { archives } from './repository/archives.ts';
import { checkRuns } from './course/check-runs.ts';
import type { Octokit } from '@octokit/rest';
import type { Client, Permissions } from './client/client.ts';
import { repositoriesOf } from './client/repository.ts';
import { courseRepository, type ReadCourse } from './course/course-repository.ts';
import { dataPulls } from './shipment/data-pulls.ts';
import { deadlines } from './repository/deadlines.ts';
import { incidents } from './repository/incidents.ts';
import { issues } from './course/issues.ts';
import { commitInParts } from './shipment/git-data-commit.ts';
import { prefetchHeads } from './shipment/prefetch-heads.ts';
import type { Commit } from './shipment/shipment-files.ts';
import { placements, type PlacementConnections } from './course/placements.ts';
import type { ReadDatabase } from './report/mlflow-databases.ts';
import type { ReadArchive } from './report/test-reports.ts';
import { milestones, type ReadPaths } from './report/milestones.ts';
import { preparation } from './course/preparation.ts';
import { proposals } from './course/proposals.ts';
import { studentFiles } from './repository/student-files.ts';
import { pushCommit } from './shipment/push-commit.ts';
import { openCarriers } from './shipment/open-carriers.ts';
import type { PutRemote } from './shipment/carrier-tools.ts';
import { repositoryStates } from './repository/repository-states.ts';
import { runs } from './report/runs.ts';
import { staff } from './course/staff.ts';
import { studentRepositories } from './repository/student-repositories.ts';
import { templateUpdates } from './repository/template-updates.ts';

/** What each task may do. The sum of these is what the App asks for in app.yml. */
export const taskPermissions = {
  checks: { checks: 'write' },
  provision: { administration: 'write', contents: 'write', issues: 'write', workflows: 'write', members: 'read' },
  // Laying a pull request on top of a branch in which a student changed workflows moves those changes too.
  carry: { contents: 'write', pull_requests: 'write', issues: 'write', workflows: 'write' },
  // A tag on a commit that holds workflows brings them along.
  pin: { administration: 'write', contents: 'write', workflows: 'write' },
  report: { issues: 'write' },
  // The proposed files hold workflows.
  propose: { contents: 'write', pull_requests: 'write', workflows: 'write' },
  place: { actions: 'write' },
  comment: { issues: 'write', pull_requests: 'read' },
  checkout: { contents: 'read' },
  runners: { organization_self_hosted_runners: 'read' },
  milestones: { actions: 'read', checks: 'read', contents: 'read', issues: 'read' },
  pulls: { contents: 'read', pull_requests: 'read' },
  // Apart, so that an installation that has not granted it yet loses nothing else.
  boards: { issues: 'read', organization_projects: 'read' },
  deliver: { contents: 'write' },
  variables: { actions_variables: 'read' },
  observe: { actions: 'read', checks: 'read', contents: 'read' },
  readCourse: { contents: 'read' },
  people: { members: 'read' },
} as const satisfies Record<string, Permissions>;

/** What is done to a thousand repositories at once. Everything else is something that somebody waits for. */
const bulk = new Set<keyof typeof taskPermissions>(['provision', 'carry', 'propose', 'deliver', 'report']);

type Settings = {
  client: Client;
  appId: number;
  appSlug: string;
  readArchive: ReadArchive;
  readDatabase: ReadDatabase;
  readPaths: ReadPaths;
  webUrl: string;
  home: string;
  readCourse: ReadCourse;
  putRemote: PutRemote;
};
type Installation = { login: string; installationId: number };

export function openGitHub(settings: Settings): (installation: Installation) => GitHub {
  const { client, appId, appSlug, webUrl, home, putRemote, ...reading } = settings;
  const opened = new Map<string, GitHub>();
  return ({ login, installationId }) => {
    const key = `${login}/${installationId}`;
    const known = opened.get(key);
    if (known) return known;
    const as = (task: keyof typeof taskPermissions) =>
      client.installation(installationId, taskPermissions[task], bulk.has(task));
    const carry = as('carry');
    const carrying = repositoriesOf(carry, login);
    const pushing = { webUrl, owner: login, appSlug, token: () => client.token(installationId, taskPermissions.carry) };
    const commitTo: Commit = (repository, head, message, additions) => {
      const hasModes = additions.some(({ executable }) => executable === true);
      if (sizeOf(additions) > largestCall || additions.length > (hasModes ? mostBlobs : mostFiles))
        return pushCommit({ ...pushing, repo: repository.repo }, head, message, additions);
      return (hasModes ? commitInParts : commitOn)(repository, head, message, additions);
    };
    const github: GitHub = {
      login,
      url: `${webUrl}/${login}`,
      checkRuns: checkRuns(as('checks'), login, appId),
      studentRepositories: studentRepositories(as('provision'), login),
      repositoryStates: repositoryStates(as('provision'), login),
      carriers: openCarriers({ named: carrying, webUrl, commitTo, putRemote }),
      prefetchHeads: prefetchHeads(carry, login),
      dataPulls: dataPulls(carrying),
      issues: issues(as('report'), login, appSlug),
      deadlines: deadlines({ observe: as('observe'), pin: as('pin'), appId }, login),
      archives: archives({ webUrl, owner: login, token: () => client.token(installationId, taskPermissions.checkout) }),
      incidents: incidents({ write: as('deliver'), read: as('observe'), talk: as('comment') }, login, appSlug),
      staff: staff({ course: as('readCourse'), people: as('people') }, login),
      runs: runs(as('observe'), login, appSlug),
      proposals: proposals(as('propose'), as('provision'), login),
      templateUpdates: templateUpdates({
        octokit: as('propose'),
        owner: login,
        webUrl,
        home,
        committer: `${appSlug}[bot]`,
        token: () => client.token(installationId, taskPermissions.propose),
      }),
      placements: placements(placementConnections(as, client, installationId), login),
      milestones: milestones(
        { octokit: as('milestones'), boards: as('boards'), pulls: as('pulls'), ...reading },
        login,
        appSlug,
      ),
      studentFiles: studentFiles({ write: as('deliver'), read: as('observe'), variables: as('variables') }, login),
      preparation: prepare(as, client, { login, installationId }, commitTo),
      courseRepository: openCourse(settings, as, login, () => client.token(installationId, taskPermissions.readCourse)),
    };
    opened.set(key, github);
    return github;
  };
}

type OnRepository = Parameters<Commit> extends [unknown, ...infer Rest] ? Rest : never;

function prepare(
  as: (task: keyof typeof taskPermissions) => Octokit,
  client: Client,
  { login, installationId }: Installation,
  commit: Commit,
): GitHub['preparation'] {
  const connections = {
    make: as('provision'),
    pulls: as('comment'),
    contents: as('readCourse'),
    teams: () => client.installation(installationId, { members: 'write' }),
    granted: () => grantedTo(client, installationId),
    commit: (repo: string, ...rest: OnRepository) => commit({ octokit: as('carry'), owner: login, repo }, ...rest),
  };
  return preparation(connections, login);
}

async function grantedTo({ app }: Client, installation_id: number): Promise<Record<string, string>> {
  const { data } = await app.rest.apps.getInstallation({ installation_id });
  return data.permissions as Record<string, string>;
}

function openCourse(
  { home, webUrl, readCourse }: Settings,
  as: (task: keyof typeof taskPermissions) => Octokit,
  owner: string,
  token: () => Promise<string>,
): GitHub['courseRepository'] {
  const [octokit, write] = [as('readCourse'), as('deliver')];
  return courseRepository({ home, octokit, write, owner, webUrl, read: readCourse, token });
}

function placementConnections(
  as: (task: keyof typeof taskPermissions) => Octokit,
  client: Client,
  installationId: number,
): PlacementConnections {
  return {
    contents: as('readCourse'),
    runners: as('runners'),
    runs: as('place'),
    comments: as('comment'),
    checkoutToken: (repository) => client.repositoryToken(installationId, taskPermissions.checkout, repository),
  };
}

/** Above this, base64 and all, a call comes near to what GitHub takes and to the ten seconds it has for it. */
const largestCall = 20 * 2 ** 20;
/** One call takes this many files; where each needs a call of its own (`createCommitOnBranch` knows no modes), fewer. */
const mostFiles = 500;
const mostBlobs = 20;

function sizeOf(additions: readonly FileAddition[]): number {
  return additions.reduce((sum, addition) => sum + bytesOf(addition), 0);
}
