// The errors of GitHub's GraphQL: HTTP 200, with a `type` beside the message.
import { GraphQLError } from 'graphql';
import { fillRefusal, type Values } from '../refusals/fill.ts';
import { refusals, type RefusalName } from '../refusals/table.ts';

export type FailureType = 'NOT_FOUND' | 'FORBIDDEN' | 'UNPROCESSABLE' | 'INSUFFICIENT_SCOPES' | 'MISSING';

export function fail(type: FailureType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** One of the table. */
export function failed(name: RefusalName, values: Values = {}): GraphQLError {
  const [{ type, code, message } = { message: name }] = refusals[name].graphql ?? [];
  const filled = fillRefusal({ ...refusals[name], message }, values).message;
  return new GraphQLError(filled, { extensions: { ...(type ? { type } : {}), ...(code ? { code } : {}) } });
}

export function unknownNode(id: string): GraphQLError {
  return fail('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** As GitHub spells it: `type` at the top, no empty extensions. */
export function presentError(error: GraphQLError): Record<string, unknown> {
  const { type, ...rest } = error.extensions as { type?: string };
  return {
    ...(type === undefined ? {} : { type }),
    ...(error.path ? { path: error.path } : {}),
    ...(Object.keys(rest).length > 0 ? { extensions: rest } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
}
