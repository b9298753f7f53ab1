// The schema that is served is a part of GitHub's own, word for word; and what it has is answered.
import { schema as official } from '@octokit/graphql-schema';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/graphql/schema.ts';

const theirs = buildSchema(official.idl, { assumeValidSDL: true });

/** What the type has that GitHub's has not, or has otherwise. */
function differences(ours: GraphQLNamedType, known: GraphQLSchema): string[] {
  const other = known.getType(ours.name);
  if (!other || other.constructor !== ours.constructor) return [ours.name];
  if (isEnumType(ours) && isEnumType(other))
    return ours.getValues().flatMap(({ name }) => (other.getValue(name) ? [] : [`${ours.name}.${name}`]));
  if (isUnionType(ours) && isUnionType(other)) {
    const names = other.getTypes().map(({ name }) => name);
    return ours.getTypes().flatMap(({ name }) => (names.includes(name) ? [] : [`${ours.name}: ${name}`]));
  }
  if (isInputObjectType(ours) && isInputObjectType(other)) return fieldDifferences(ours.name, ours, other);
  if ((isObjectType(ours) || isInterfaceType(ours)) && (isObjectType(other) || isInterfaceType(other))) {
    const names = other.getInterfaces().map(({ name }) => name);
    const made = ours.getInterfaces().flatMap(({ name }) => (names.includes(name) ? [] : [`${ours.name}: ${name}`]));
    return [...made, ...fieldDifferences(ours.name, ours, other)];
  }
  return [];
}

type Fields = { getFields: () => Record<string, { type: unknown; args?: readonly Argument[] }> };
type Argument = { name: string; type: unknown; defaultValue?: unknown };

function fieldDifferences(type: string, ours: Fields, theirs: Fields): string[] {
  const known = theirs.getFields();
  return Object.entries(ours.getFields()).flatMap(([name, { type: is, args = [] }]) => {
    const field = known[name];
    if (!field || String(field.type) !== String(is)) return [`${type}.${name}: ${String(is)}`];
    const unlike = args.filter((arg) => {
      const same = field.args?.find((other) => other.name === arg.name);
      return !same || String(same.type) !== String(arg.type);
    });
    const missing = (field.args ?? []).filter(
      (arg) =>
        String(arg.type).endsWith('!') && arg.defaultValue === undefined && !args.some((a) => a.name === arg.name),
    );
    return [...unlike, ...missing].map((argument) => `${type}.${name}(${argument.name})`);
  });
}

test("every type, field and argument is in GitHub's schema, as it is here", () => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  expect(types.length).toBeGreaterThan(150);
  expect(types.flatMap((type) => differences(type, theirs))).toEqual([]);
});
