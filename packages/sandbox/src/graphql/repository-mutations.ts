// Mutations of repositories.
import { senderOf } from '../world/actor.ts';
import type { Ctx } from '../http/context.ts';
import { byRest } from './by-rest.ts';
import { nodeById } from './find-node.ts';
import { loginOf, pathOf, repositoryOfId, type Mutation } from './node-paths.ts';

async function archive(ctx: Ctx, id: string, archived: boolean): Promise<Record<string, unknown>> {
  await byRest(ctx, 'PATCH', pathOf(ctx, repositoryOfId(ctx, id)), { archived });
  return { repository: await nodeById(ctx, id) };
}

export const repositoryMutations: Record<string, Mutation> = {
  createRepository: async (ctx, input) => {
    const owner = input.ownerId ? loginOf(ctx, input.ownerId) : undefined;
    const isOwn = owner === undefined || owner === senderOf(ctx.actor)?.login;
    const made = await byRest(ctx, 'POST', isOwn ? '/user/repos' : `/orgs/${owner}/repos`, {
      name: input.name,
      description: input.description,
      homepage: input.homepageUrl,
      private: input.visibility !== 'PUBLIC',
      has_issues: input.hasIssuesEnabled,
      has_wiki: input.hasWikiEnabled,
      is_template: input.template,
    });
    return { repository: await nodeById(ctx, made.node_id) };
  },
  cloneTemplateRepository: async (ctx, input) => {
    const template = repositoryOfId(ctx, input.repositoryId);
    const made = await byRest(ctx, 'POST', `${pathOf(ctx, template)}/generate`, {
      owner: loginOf(ctx, input.ownerId),
      name: input.name,
      description: input.description,
      include_all_branches: input.includeAllBranches,
      private: input.visibility !== 'PUBLIC',
    });
    return { repository: await nodeById(ctx, made.node_id) };
  },
  archiveRepository: (ctx, { repositoryId }) => archive(ctx, repositoryId, true),
  unarchiveRepository: (ctx, { repositoryId }) => archive(ctx, repositoryId, false),
};
