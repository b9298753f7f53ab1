// GitHub's record of what became of a branch, and tags that nobody but the App may make, move or delete.
import type { BranchMove } from '../../domain/evidence/deadline-cut.ts';
import { ownTags } from '../../domain/evidence/deadline-cut.ts';
import type { Deadlines } from '../../ports/repository.ts';
import { defaultHead } from './branch.ts';
import type { Octokit } from '@octokit/rest';
import { isNotFound } from '../client/error.ts';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';
import { deadlineRuleset } from './repository-states.ts';

type Connections = { observe: Octokit; pin: Octokit; appId: number };

export function deadlines({ observe, pin, appId }: Connections, owner: string): Deadlines {
  return {
    async branchMoves(repo, since) {
      const { branch, oid } = await defaultHead({ octokit: observe, owner, repo });
      const moves: BranchMove[] = [];
      const pages = observe.paginate.iterator(observe.rest.repos.listActivities, {
        owner,
        repo,
        ref: `refs/heads/${branch}`,
        direction: 'desc',
        per_page: 100,
      });
      for await (const { data } of pages) {
        moves.push(...data.map(({ timestamp, before, after }) => ({ at: new Date(timestamp), before, after })));
        // Whole seconds: one page further than the last that could matter.
        if (moves.at(-1) && moves.at(-1)!.at.getTime() + 1000 < since.getTime()) break;
      }
      return { head: oid, moves };
    },
    async pinTag(repo, tag, sha) {
      const guarded = await guard({ octokit: pin, owner, repo }, appId);
      const current = await pin.rest.git.getRef({ owner, repo, ref: `tags/${tag}` }).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      if (!current)
        await pin.rest.git.createRef({ owner, repo, ref: `refs/tags/${tag}`, sha }).catch((error: unknown) => {
          // The repository was made anew since: the commit is on record, and nowhere else.
          if (!isFailure(error, 'unprocessable') || !/object does not exist/i.test((error as Error).message))
            throw error;
        });
      else if (current.data.object.sha !== sha)
        await pin.rest.git.updateRef({ owner, repo, ref: `tags/${tag}`, sha, force: true });
      return { guarded };
    },
  };
}

/** True once a ruleset keeps everybody else's hands off our tags; private repositories of a free organisation have none. */
async function guard({ octokit, owner, repo }: Repository, appId: number): Promise<boolean> {
  const rules = {
    target: 'tag' as const,
    enforcement: 'active' as const,
    conditions: { ref_name: { include: [`refs/tags/${ownTags}/**`], exclude: [] } },
    rules: [{ type: 'creation' as const }, { type: 'update' as const }, { type: 'deletion' as const }],
    bypass_actors: [{ actor_type: 'Integration' as const, actor_id: appId, bypass_mode: 'always' as const }],
  };
  try {
    const { data } = await octokit.rest.repos.getRepoRulesets({ owner, repo, per_page: 100, includes_parents: false });
    const known = data.find(({ name }) => name === deadlineRuleset);
    if (!known) await octokit.rest.repos.createRepoRuleset({ owner, repo, name: deadlineRuleset, ...rules });
    else if (known.enforcement !== 'active')
      await octokit.rest.repos.updateRepoRuleset({ owner, repo, ruleset_id: known.id, ...rules });
    return true;
  } catch (error) {
    if (isNotFound(error) || isFailure(error, 'forbidden')) return false;
    throw error;
  }
}
