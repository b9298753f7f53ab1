// The part of GitHub's GraphQL schema that is served, in its own words. What is not in it is refused by name.
import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';

export const schema = buildSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));
