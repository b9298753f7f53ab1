// How fields that lead from one kind of node to another get their resolvers: on the schema's types, so that files need not know each other.
import { assertObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Ctx } from '../http/context.ts';

export type Row = Record<string, unknown>;
// Arguments have the types that the schema gives them.
type Resolve<T> = (ctx: Ctx, subject: T, args: any) => unknown;

/** `subjectOf` finds the record behind a row, once for all fields. */
export function addFields<T>(
  schema: GraphQLSchema,
  type: string,
  subjectOf: (ctx: Ctx, row: Row) => T,
  fields: Record<string, Resolve<T>>,
): void {
  const known = assertObjectType(schema.getType(type)).getFields();
  for (const [name, resolve] of Object.entries(fields)) {
    const field = known[name];
    if (!field) throw new Error(`the schema has no ${type}.${name}`);
    field.resolve = (row: Row, args: unknown, ctx: Ctx) => resolve(ctx, subjectOf(ctx, row), args);
  }
}

/** A field of the schema that no row has is a defect of the sandbox, never a null. */
export const readField: GraphQLFieldResolver<Row, Ctx> = (row, args, ctx, { fieldName, parentType }) => {
  const value = row[fieldName];
  if (value === undefined) throw new Error(`the sandbox has no ${parentType.name}.${fieldName}`);
  return typeof value === 'function' ? value(args, ctx) : value;
};
