// What came of it, as anybody sees it on GitHub: every check run with its maker.
import { checksOf, type Sandbox } from '@practicum/sandbox';

/** A check run as the sandbox holds it, whoever made it. */
export type SeenCheckRun = {
  name: string;
  repository: string;
  headSha: string;
  conclusion: string | null;
  app: string;
};

/** Every check run, in the order in which it was made; those of workflow jobs themselves are left out. */
export function checkRunsIn({ state }: Sandbox): SeenCheckRun[] {
  const { repositories, apps, accounts } = state.store;
  return Object.values(checksOf(state).runs)
    .filter(({ job }) => !job)
    .toSorted((a, b) => a.id - b.id)
    .map(({ name, repository, headSha, conclusion, app }) => {
      const found = repositories[repository]!;
      return {
        name,
        repository: `${accounts[found.owner]!.login}/${found.name}`,
        headSha,
        conclusion,
        app: apps[app]?.slug ?? 'github-actions',
      };
    });
}
