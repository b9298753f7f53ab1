// Synthetic students: what each kind does with a release, by git and GitHub's API like anybody else.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sandbox } from '@practicum/sandbox';
import { answerRequests, type Answering } from './answer-requests.ts';
import { breakPipeline } from './break-pipeline.ts';
import type { StudentKind } from './personas.ts';
import { withCopy, type Person } from './push-files.ts';
import type { StudentServices } from './student-service.ts';
import type { StudentTask } from './student-task.ts';
import { clientOf } from './world.ts';

export type Student = {
  owner: string;
  challenge: string;
  person: Person;
  kind: StudentKind;
  repository: string;
  task: StudentTask;
};

const hour = 3_600_000;
/** How long after a release each kind acts; absent: never. Who acts at the same hour does so at once. */
const reacts: Record<StudentKind, number | undefined> = {
  prompt: 2 * hour,
  late: 75 * hour,
  absent: undefined,
  failing: 2 * hour,
  forger: 2 * hour,
};

export type Act = { at: Date; student: Student; does: string; act: () => Promise<void> };

/** `index` counts the releases of the challenge, of which there are `count`. */
type Given = { name: string; due: Date; index: number; count: number; isPull: boolean };

/** What a student will do about a release that is due at `due`. Each act may be repeated: it looks before it does. */
export function actsOf(sandbox: Sandbox, organisation: string, student: Student, release: Given): Act[] {
  const delay = reacts[student.kind];
  if (delay === undefined) return [];
  const at = new Date(release.due.getTime() + delay);
  const first = release.index === 0;
  if (student.kind === 'forger') {
    return first
      ? [{ at, student, does: 'forges a green check run', act: () => forge(sandbox, organisation, student) }]
      : [];
  }
  // What came as a commit is in the branch already.
  const merge: Act[] = release.isPull
    ? [
        {
          at,
          student,
          does: `merges ${release.name}`,
          act: () => mergeRelease(sandbox, organisation, student, release.name),
        },
      ]
    : [];
  if (student.kind !== 'failing' || !first) return merge;
  const later = new Date(at.getTime() + hour);
  // Whoever gets one release alone fails with that.
  const most = release.count > 1 ? 1 : 0;
  const does = `writes a check that fails with more than ${most} release${most === 1 ? '' : 's'}`;
  const act = (): Promise<void> =>
    commit(sandbox, organisation, student, 'pipeline.yml', 'Check what arrived', (text) => breakPipeline(text, most));
  return [...merge, { at: later, student, does, act }];
}

/** What a student does about the questions that come with a release, and about serving a model. */
export function practiceActs(
  sandbox: Sandbox,
  organisation: string,
  student: Student,
  release: { name: string; due: Date },
  services: StudentServices,
): Act[] {
  const answers = (hours: number, does: string, how: Answering): Act => ({
    at: new Date(release.due.getTime() + hours * hour),
    student,
    does,
    act: () => answerRequests(sandbox, organisation, student, how),
  });
  const serving = student.task.serves ? `serves a model trained with ${release.name} and answers` : 'answers';
  switch (student.kind) {
    case 'prompt':
      return [
        answers(3, `${serving} what it was asked`, { services }),
        answers(77, 'answers what it was asked in between', { services }),
      ];
    case 'late':
      return [answers(77, 'answers what it was asked, mostly too late', {})];
    case 'failing':
      return [answers(3, 'answers carelessly', { careless: true })];
    default:
      return [];
  }
}

/** Days on which nothing is released: who is prompt looks for questions all the same. */
export function ordinaryActs(
  sandbox: Sandbox,
  organisation: string,
  student: Student,
  at: Date,
  services: StudentServices,
): Act[] {
  if (student.kind !== 'prompt') return [];
  const act = (): Promise<void> => answerRequests(sandbox, organisation, student, { services });
  return [{ at, student, does: 'looks for questions', act }];
}

/** Merges the pull request that carries the release; one that came as a commit, or is merged already, needs nothing. */
async function mergeRelease(
  sandbox: Sandbox,
  owner: string,
  { person, repository: repo }: Student,
  release: string,
): Promise<void> {
  const client = clientOf(sandbox, person);
  const { data } = await client.request('GET /repos/{owner}/{repo}/pulls', { owner, repo, state: 'open' });
  for (const { number, head } of data.filter(({ head: { ref } }) => ref.includes(`/${release}-`))) {
    await client.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      owner,
      repo,
      pull_number: number,
      sha: head.sha,
    });
  }
}

/** A workflow that posts a check run with our name and a made-up report. */
async function forge(sandbox: Sandbox, owner: string, student: Student): Promise<void> {
  await commit(sandbox, owner, student, '.github/workflows/forge.yml', 'Speed things up', () => forgery);
}

const forgery = `name: speed-up
on:
  push:
    branches: [main]
permissions:
  checks: write
jobs:
  green:
    runs-on: ubuntu-latest
    steps:
      - name: Claim success
        env:
          TOKEN: \${{ github.token }}
        run: |
          node -e '
            const env = process.env;
            const name = "practicum/pipeline";
            const body = { name, head_sha: env.GITHUB_SHA, status: "completed", conclusion: "success",
              output: { title: "Pipeline passed", summary: "All tasks succeeded." } };
            fetch(env.GITHUB_API_URL + "/repos/" + env.GITHUB_REPOSITORY + "/check-runs", { method: "POST",
              headers: { authorization: "Bearer " + env.TOKEN, "content-type": "application/json" }, body: JSON.stringify(body) })
              .then((answer) => { console.log(answer.status); process.exitCode = answer.ok ? 0 : 1; });
          '
`;

async function commit(
  sandbox: Sandbox,
  owner: string,
  { person, repository }: Student,
  path: string,
  message: string,
  edit: (text: string) => string,
): Promise<void> {
  await withCopy(sandbox, `${owner}/${repository}`, person, async (directory, push) => {
    const file = join(directory, path);
    const text = await readFile(file, 'utf8').catch(() => '');
    const edited = edit(text);
    if (edited === text) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, edited);
    await push(message);
  });
}
