// The fields by which git's nodes lead back to their repository and their people; here, because those lead to git again.
import { isObjectType, type GraphQLSchema } from 'graphql';
import type { Account, Repository } from '../world/records.ts';
import { nodeId } from '../present/accounts.ts';
import type { Ctx } from '../http/context.ts';
import { accountNode, repositoryNode } from './nodes.ts';

type RefRow = { backTo: Repository; prefix: string; name: string };

/** Gives the schema's types their resolvers for `repository` (of a node with `backTo`) and GitActor's `user`. */
export function addBackLinks(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const { repository, user, branchProtectionRule } = type.getFields();
    if (repository && ['Commit', 'Tree', 'Blob', 'Tag', 'TreeEntry', 'Ref'].includes(type.name)) {
      repository.resolve = (source: { backTo: Repository }, _, ctx: Ctx) => repositoryNode(ctx, source.backTo);
    }
    if (branchProtectionRule && type.name === 'Ref') {
      branchProtectionRule.resolve = ({ backTo, prefix, name }: RefRow) =>
        prefix === 'refs/heads/' ? protectionNode(backTo, name) : null;
    }
    if (user && type.name === 'GitActor') {
      user.resolve = ({ account }: { account: Account | undefined }, _, ctx: Ctx) =>
        account?.type === 'User' ? accountNode(ctx, account) : null;
    }
  }
}

type Rules = {
  required_pull_request_reviews?: { required_approving_review_count?: number } | null;
  required_status_checks?: { strict?: boolean; contexts?: string[] } | null;
  allow_force_pushes?: boolean;
  allow_deletions?: boolean;
  enforce_admins?: boolean | null;
};

/** Null where nothing protects the branch. */
function protectionNode(repository: Repository, branch: string): Record<string, unknown> | null {
  const rules = repository.protection[branch] as Rules | undefined;
  if (!rules) return null;
  const { required_pull_request_reviews: reviews, required_status_checks: checks } = rules;
  return {
    id: nodeId('BranchProtectionRule', `${repository.id}:${branch}`),
    pattern: branch,
    requiresApprovingReviews: Boolean(reviews),
    requiredApprovingReviewCount: reviews ? (reviews.required_approving_review_count ?? 1) : null,
    requiresStatusChecks: Boolean(checks),
    requiresStrictStatusChecks: checks?.strict === true,
    requiredStatusCheckContexts: checks?.contexts ?? [],
    allowsForcePushes: rules.allow_force_pushes === true,
    allowsDeletions: rules.allow_deletions === true,
    isAdminEnforced: rules.enforce_admins === true,
  };
}
