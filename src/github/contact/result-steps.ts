// First contact: what is said of a commit and in issues, and a repository that changes its name or is shut.
import type { Scene, Seen } from './scene.ts';

const most = 65_535;
const wide = 'é'.repeat(32_767);

export async function checks({ ask, as, owner, repo, known }: Scene, seen: Seen): Promise<void> {
  const octokit = as('checks');
  const annotations = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      path: 'contact/data.csv',
      start_line: index + 1,
      end_line: index + 1,
      annotation_level: 'notice' as const,
      message: 'A line',
    }));
  const make = (summary: string, marks: number, head_sha = known.head!) =>
    ask(() =>
      octokit.rest.checks.create({
        owner,
        repo,
        name: 'contact',
        head_sha,
        status: 'completed',
        conclusion: 'neutral',
        output: { title: 'A title', summary, annotations: annotations(marks) },
      }),
    );
  const made = await make('A summary', 50);
  seen['made'] = made.outcome;
  if (made.data) {
    const check_run_id = made.data.id;
    const output = { title: 'A title', summary: 'A summary', annotations: annotations(50) };
    const more = await ask(() => octokit.rest.checks.update({ owner, repo, check_run_id, output }));
    seen['more'] = more.outcome;
    seen['annotations'] = more.data?.output.annotations_count ?? 'none';
  }
  seen['full'] = (await make(`${wide}.`, 0)).outcome;
  seen['tooManyBytes'] = (await make(`${wide}é`, 0)).outcome;
  seen['tooManyAnnotations'] = (await make('A summary', 51)).outcome;
  seen['noCommit'] = (await make('A summary', 0, '1'.repeat(40))).outcome;
  const listed = await ask(() => octokit.rest.checks.listForRef({ owner, repo, ref: known.head!, per_page: 100 }));
  seen['listed'] = listed.data?.check_runs.some(({ name }) => name === 'contact') ?? listed.outcome;
}

export async function issue({ ask, as, owner, repo }: Scene, seen: Seen): Promise<void> {
  const octokit = as('report');
  const opened = await ask(() => octokit.rest.issues.create({ owner, repo, title: 'Contact', body: 'Words' }));
  seen['opened'] = opened.outcome;
  if (!opened.data) return;
  const at = { owner, repo, issue_number: opened.data.number };
  const full = `${wide}${'.'.repeat(most - 2 * wide.length)}`;
  seen['edited'] = (await ask(() => octokit.rest.issues.update({ ...at, body: full }))).outcome;
  seen['full'] = (await ask(() => octokit.rest.issues.createComment({ ...at, body: full }))).outcome;
  seen['tooLong'] = (await ask(() => octokit.rest.issues.createComment({ ...at, body: 'x'.repeat(65_537) }))).outcome;
  const label = () => ask(() => octokit.rest.issues.createLabel({ owner, repo, name: 'contact', color: 'ededed' }));
  seen['label'] = (await label()).outcome;
  seen['labelAgain'] = (await label()).outcome;
  seen['labelled'] = (await ask(() => octokit.rest.issues.addLabels({ ...at, labels: ['contact'] }))).outcome;
  seen['closed'] = (await ask(() => octokit.rest.issues.update({ ...at, state: 'closed' }))).outcome;
}

export async function rename({ ask, as, owner, repo, known }: Scene, seen: Seen): Promise<void> {
  const octokit = as('provision');
  const name = `${repo}-renamed`;
  seen['renamed'] = (await ask(() => octokit.rest.repos.update({ owner, repo, name }))).outcome;
  const read = await ask(() => octokit.rest.repos.get({ owner, repo }));
  seen['read'] = read.outcome;
  const label = { owner, repo, name: 'followed', color: 'ededed' };
  const written = await ask(() => octokit.rest.issues.createLabel(label));
  seen['written'] = written.outcome;
  seen['followed'] = read.data?.id === known.repositoryId && written.data !== undefined;
  seen['byId'] = (await ask(() => octokit.request('GET /repositories/{id}', { id: known.repositoryId! }))).outcome;
}

export async function archive({ ask, as, owner, known }: Scene, seen: Seen): Promise<void> {
  const octokit = as('provision');
  const found = await ask(() => octokit.request('GET /repositories/{id}', { id: known.repositoryId! }));
  const repo = (found.data as { name?: string } | undefined)?.name ?? '';
  seen['archived'] = (await ask(() => octokit.rest.repos.update({ owner, repo, archived: true }))).outcome;
  seen['refused'] = (await ask(() => octokit.rest.issues.create({ owner, repo, title: 'Too late' }))).outcome;
}
