// GitHub's own command line client does a teacher's and a student's day at the sandbox. Where it cannot be built it is set aside, and says so.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type BuiltWorld, type OpenSandbox } from '@practicum/sandbox';
import { afterAll, beforeAll, expect } from 'vitest';
import { recordAndValidate } from '../../packages/sandbox/test/conformance.ts';
import { testWhere } from '../needs.ts';
import { installGh } from './clients/install-gh.ts';
import { within } from './clients/run-client.ts';
import { startTlsFront, type TlsFront } from './clients/tls-front.ts';

const gh = installGh();
const testWithGh = testWhere(gh !== undefined, 'gh');

const workflow = `on: [push, workflow_dispatch]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo hello
`;

type Person = 'teacher' | 'ada';
/** Who, what, and what is said: a text that begins with `!` is a refusal. */
type Step = [who: Person, command: string, says: RegExp | string];

let sandbox: OpenSandbox & { built: BuiltWorld };
let recording: ReturnType<typeof recordAndValidate>;
let front: TlsFront;
const folder = mkdtempSync(join(tmpdir(), 'practicum-gh-day-'));
beforeAll(async () => {
  if (gh === undefined) return;
  sandbox = await openSandbox({
    plan: {
      organisation: 'school',
      members: ['ada'],
      repositories: [
        {
          name: 'template',
          template: true,
          files: { 'README.md': '# A start\n', '.github/workflows/ci.yml': workflow },
        },
      ],
    },
  });
  recording = recordAndValidate(sandbox);
  front = await startTlsFront(sandbox.url);
  const { owner, members } = sandbox.built;
  for (const [who, { token }] of [['teacher', owner] as const, ['ada', members[0]!] as const]) {
    mkdirSync(join(folder, who));
    await done(who, 'gh auth login --hostname git.school.test --with-token', token);
    await done(who, 'gh auth setup-git');
  }
});
afterAll(async () => {
  if (gh === undefined) return;
  front.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** By a shell, as a person would. */
function run(who: Person, command: string, input?: string): ReturnType<typeof within> {
  const home = join(folder, who);
  const env = {
    PATH: `${join(gh!, '..')}:${process.env['PATH']}`,
    HOME: home,
    GH_CONFIG_DIR: join(home, '.gh'),
    GH_PROMPT_DISABLED: '1',
    GH_NO_UPDATE_NOTIFIER: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: who,
    GIT_AUTHOR_EMAIL: `${who}@example.com`,
    GIT_COMMITTER_NAME: who,
    GIT_COMMITTER_EMAIL: `${who}@example.com`,
    ...front.environment,
  };
  return within(60_000, 'bash', ['-ec', command], { cwd: home, env, ...(input === undefined ? {} : { input }) });
}

async function done(who: Person, command: string, input?: string): Promise<string> {
  const { code, text } = await run(who, command, input);
  expect(code, `${who}: ${command}\n${text}`).toBe(0);
  return text;
}

async function live(steps: readonly Step[]): Promise<void> {
  for (const [who, command, says] of steps) {
    const { code, text } = await run(who, command);
    const refused = typeof says === 'string' && says.startsWith('!');
    expect(refused ? code !== 0 : code === 0, `${who}: ${command}\n${text}`).toBe(true);
    if (typeof says === 'string') expect(text, command).toContain(says.replace(/^!/, ''));
    else expect(text, command).toMatch(says);
  }
}

async function atRest(): Promise<void> {
  await expect.poll(() => sandbox.idle().idle, { timeout: 60_000 }).toBe(true);
}

testWithGh('repositories: from a template, listed, seen, cloned', () =>
  live([
    ['teacher', 'gh auth status', 'Logged in to git.school.test account teacher'],
    ['teacher', 'gh api user --jq .login', 'teacher'],
    ['teacher', 'gh repo create school/hw-ada --private --template school/template --clone', 'Cloning into'],
    [
      'teacher',
      'gh repo create school/hw-ada --private --template school/template',
      '!Name already exists on this account',
    ],
    ['teacher', 'gh repo create school/plain --public --description "A plain one" --add-readme', 'school/plain'],
    ['teacher', 'gh repo list school', /school\/hw-ada\t+private/],
    ['teacher', 'gh repo list school --visibility public --json name --jq ".[].name"', /^plain$/m],
    ['teacher', 'gh repo view school/hw-ada', '# A start'],
    ['teacher', 'gh repo edit school/hw-ada --add-topic mlops --description Homework', ''],
    ['teacher', 'gh repo list school --topic mlops', /^school\/hw-ada\tHomework/m],
    ['teacher', 'gh repo list school --language go', '!does not know the qualifier language'],
    ['teacher', 'gh org list', 'school'],
    ['ada', 'gh repo view school/hw-ada', "!Could not resolve to a Repository with the name 'school/hw-ada'"],
    ['teacher', 'gh api -X PUT repos/school/hw-ada/collaborators/ada -f permission=push', ''],
    ['ada', 'gh repo clone school/hw-ada', 'Cloning into'],
    ['ada', 'gh repo fork school/hw-ada --clone=false', '!forking is disabled'],
    ['ada', 'gh repo archive school/plain --yes', '!Must have admin rights to Repository.'],
    ['teacher', 'gh repo archive school/plain --yes', ''],
    ['teacher', 'gh repo view school/plain --json isArchived --jq .isArchived', 'true'],
    ['teacher', 'gh repo rename simple -R school/plain --yes', '!archived'],
    ['teacher', 'gh repo unarchive school/plain --yes && gh repo rename simple -R school/plain --yes', ''],
    ['teacher', 'gh repo delete school/simple --yes', ''],
  ]),
);

testWithGh('issues: opened, labelled, assigned, talked about, closed, found', () =>
  live([
    ['ada', 'gh issue create -R school/hw-ada --title Help --body "It fails" --label data', "!'data' not found"],
    ['teacher', 'gh label create data -R school/hw-ada --color ff0000 --description "About data"', ''],
    ['teacher', 'gh label create data -R school/hw-ada', '!already exists'],
    ['teacher', 'gh label list -R school/hw-ada', /^data\tAbout data\t#ff0000$/m],
    ['ada', 'gh issue create -R school/hw-ada --title Help --body "It fails"', '/school/hw-ada/issues/1'],
    ['teacher', 'gh issue edit 1 -R school/hw-ada --add-label data --add-assignee ada --title "Help me"', 'issues/1'],
    ['teacher', 'gh issue list -R school/hw-ada --label data --assignee ada', /^1\tOPEN\tHelp me\tdata/m],
    ['teacher', 'gh issue comment 1 -R school/hw-ada --body "Look here"', '#issuecomment-'],
    ['ada', 'gh issue view 1 -R school/hw-ada --comments', /author:\tteacher[\s\S]*Look here/],
    ['ada', 'gh issue view 1 -R school/hw-ada', /title:\tHelp me[\s\S]*labels:\tdata[\s\S]*assignees:\tada/],
    [
      'teacher',
      'gh issue close 1 -R school/hw-ada --comment Done --reason "not planned"',
      'Closed issue school/hw-ada#1',
    ],
    ['teacher', 'gh issue view 1 -R school/hw-ada --json state,stateReason --jq .stateReason', 'NOT_PLANNED'],
    ['teacher', 'gh issue reopen 1 -R school/hw-ada', 'Reopened issue'],
    ['teacher', 'gh issue lock 1 -R school/hw-ada --reason resolved', ''],
    ['teacher', 'gh issue unlock 1 -R school/hw-ada', ''],
    ['teacher', 'gh api -X POST repos/school/hw-ada/milestones -f title=First', ''],
    ['teacher', 'gh issue edit 1 -R school/hw-ada --milestone First', ''],
    ['teacher', 'gh issue list -R school/hw-ada --milestone First --author ada', /^1\tOPEN/m],
    ['teacher', 'gh issue pin 1 -R school/hw-ada', '!Cannot query field "isPinned"'],
    ['teacher', 'gh search issues "Help me" --owner school', 'school/hw-ada'],
    ['teacher', 'gh issue list -R school/hw-ada --search "fails author:ada"', /^1\tOPEN/m],
    ['teacher', 'gh issue delete 1 -R school/hw-ada --yes', ''],
    [
      'teacher',
      'gh issue view 1 -R school/hw-ada',
      '!Could not resolve to an issue or pull request with the number of 1',
    ],
  ]),
);

testWithGh('a pull request: opened, seen, checked, reviewed, merged', async () => {
  const commit = (text: string): string =>
    `cd hw-ada; echo ${text} > a.txt; git add .; git commit -qm "Add ${text}"; git push -q -u origin work`;
  await live([
    ['ada', 'cd hw-ada; git checkout -q -b work; gh pr create --title Work --body Words', '!'],
    ['ada', commit('one'), ''],
    ['ada', 'cd hw-ada; gh pr create --title Work --body Words --draft --reviewer teacher', '/school/hw-ada/pull/2'],
    ['ada', 'cd hw-ada; gh pr create --fill', '!already exists'],
    ['ada', 'cd hw-ada; gh pr status', /Created by you\n {2}#2 {2}Work/],
    ['teacher', 'gh pr status -R school/hw-ada', ''],
    ['ada', 'cd hw-ada; gh pr list', /^2\tWork\twork\tDRAFT/m],
    ['ada', 'cd hw-ada; gh pr view', /state:\tDRAFT[\s\S]*reviewers:\tteacher \(Requested\)[\s\S]*additions:\t1/],
  ]);
  await atRest();
  await live([
    ['ada', 'cd hw-ada; gh pr checks', /^build\tpass/m],
    ['teacher', 'gh pr diff 2 -R school/hw-ada', '+one'],
    ['teacher', 'cd hw-ada; gh pr checkout 2; cat a.txt', 'one'],
    ['teacher', 'gh pr merge 2 -R school/hw-ada --merge', '!Pull Request is still a draft'],
    ['ada', 'cd hw-ada; gh pr ready', 'marked as "ready for review"'],
    ['teacher', 'gh pr comment 2 -R school/hw-ada --body "Nearly"', '#issuecomment-'],
    ['ada', 'cd hw-ada; gh pr review --approve', '!Can not approve your own pull request'],
    ['teacher', 'gh pr review 2 -R school/hw-ada --request-changes --body "Add two"', ''],
    ['ada', commit('two'), ''],
    ['ada', 'cd hw-ada; gh pr view --json reviewDecision --jq .reviewDecision', 'CHANGES_REQUESTED'],
    ['teacher', 'gh pr review 2 -R school/hw-ada --approve --body Good', ''],
    ['ada', 'cd hw-ada; gh pr view --comments', /status:\tapproved[\s\S]*Good|Nearly/],
    ['teacher', 'gh pr merge 2 -R school/hw-ada --squash --delete-branch', ''],
    ['teacher', 'gh pr merge 2 -R school/hw-ada --squash', 'already merged'],
    [
      'teacher',
      'gh pr list -R school/hw-ada --state merged --json number,mergedBy --jq ".[].mergedBy.login"',
      'teacher',
    ],
    [
      'ada',
      'cd hw-ada; git checkout -q main; git pull -q; git checkout -q -b more; echo b > b.txt; git add .; git commit -qm B',
      '',
    ],
    ['ada', 'cd hw-ada; git push -q -u origin more; gh pr create --fill', '/pull/3'],
    ['ada', 'cd hw-ada; gh pr close 3 --comment "Not now"', 'Closed pull request'],
    ['ada', 'cd hw-ada; gh pr reopen 3; gh pr edit 3 --title Later --add-label data', '/pull/3'],
    [
      'teacher',
      'cd hw-ada; git checkout -q main; git pull -q; echo c > c.txt; git add .; git commit -qm C; git push -q',
      '',
    ],
    ['ada', 'cd hw-ada; gh pr update-branch 3; git pull -q; git log --oneline -3; cat c.txt', 'c'],
    ['teacher', 'gh pr list -R school/hw-ada --search "label:data Later"', /^3\tLater/m],
    ['teacher', 'gh pr list -R school/hw-ada --search "language:go"', '!does not know the qualifier language'],
  ]);
});

testWithGh('releases, runs, workflows, secrets, variables', async () => {
  await live([
    [
      'teacher',
      'echo data > d.csv; gh release create v1 -R school/hw-ada --title One --notes Words d.csv',
      'releases/tag/v1',
    ],
    ['ada', 'gh release create v1 -R school/hw-ada --notes x', '!already exists'],
    ['ada', 'gh release list -R school/hw-ada', /^One\tLatest\tv1/m],
    ['ada', 'gh release view v1 -R school/hw-ada', /author:\tteacher[\s\S]*asset:\td\.csv/],
    ['ada', 'gh release download v1 -R school/hw-ada -D dl; cat dl/d.csv', 'data'],
    ['teacher', 'gh release delete v1 -R school/hw-ada --yes --cleanup-tag', ''],
    ['teacher', 'gh workflow list -R school/hw-ada', /^\.github\/workflows\/ci\.yml\tactive/m],
    ['teacher', 'gh workflow run ci.yml -R school/hw-ada', ''],
    ['teacher', 'gh workflow run none.yml -R school/hw-ada', '!'],
    ['teacher', 'gh secret set TOKEN -R school/hw-ada --body topsecret', ''],
    ['teacher', 'gh secret list -R school/hw-ada', /^TOKEN\t/m],
    ['ada', 'gh secret set GITHUB_TOKEN -R school/hw-ada --body other', '!Secret names can only contain'],
    ['ada', 'gh secret delete NONE -R school/hw-ada', '!Not Found'],
    [
      'teacher',
      'gh variable set PLACE -R school/hw-ada --body here; gh variable list -R school/hw-ada',
      /^PLACE\there/m,
    ],
  ]);
  await atRest();
  const last = `gh run list -R school/hw-ada --event workflow_dispatch --json databaseId --jq '.[0].databaseId'`;
  await live([
    ['ada', 'gh run list -R school/hw-ada --event workflow_dispatch', /^completed\tsuccess\t/m],
    ['ada', `gh run view -R school/hw-ada $(${last})`, /JOBS\n. build in/],
    ['ada', `gh run view -R school/hw-ada --log $(${last})`, /build\t.*hello/],
  ]);
  const { value } = { value: sandbox.state.store.areas['actions'] as { secrets: Record<string, object> } };
  expect(Object.values(value.secrets)).toContainEqual({ TOKEN: 'topsecret' });
});

testWithGh('everything that was asked is known, and every answer fits the description', async () => {
  await done('teacher', 'gh auth logout --hostname git.school.test');
  expect(sandbox.unknownRoutes).toEqual([]);
  expect(recording.violations).toEqual([]);
});
