// The fields by which git's nodes lead back to their repository and their people; here, because those lead to git again.
import { isObjectType, type GraphQLSchema } from 'graphql';
import type { Account, Repository } from '../world/records.ts';
import type { Ctx } from '../http/context.ts';
import { accountNode, repositoryNode } from './nodes.ts';

/** Gives the schema's types their resolvers for `repository` (of a node with `backTo`) and GitActor's `user`. */
export function addBackLinks(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const { repository, user } = type.getFields();
    if (repository && ['Commit', 'Tree', 'Blob', 'Tag', 'TreeEntry', 'Ref'].includes(type.name)) {
      repository.resolve = (source: { backTo: Repository }, _, ctx: Ctx) => repositoryNode(ctx, source.backTo);
    }
    if (user && type.name === 'GitActor') {
      user.resolve = ({ account }: { account: Account | undefined }, _, ctx: Ctx) =>
        account?.type === 'User' ? accountNode(ctx, account) : null;
    }
  }
}
