// Repositories and accounts by name, a hundred a call: what is behind each, or that there is none.
import type { Visibility } from '../../domain/course/course.ts';
import type { NamedRepository } from '../../ports/repository-state.ts';
import type { Octokit } from '@octokit/rest';
import { coded } from '../client/error.ts';

const perQuery = 100;

type NamedRow = { databaseId: number; visibility: string; createdAt: string; isArchived: boolean } | null;

export async function readNamed(
  octokit: Octokit,
  owner: string,
  names: readonly string[],
): Promise<Map<string, NamedRepository>> {
  const found = await askEach<NamedRow>(
    octokit,
    names,
    owner,
    (at) =>
      `repository(owner: $owner, name: $v${at}, followRenames: false) { databaseId visibility createdAt isArchived }`,
  );
  return new Map(
    [...found].map(([name, row]) => [
      name,
      {
        id: row!.databaseId,
        visibility: row!.visibility.toLowerCase() as Visibility,
        createdAt: new Date(row!.createdAt),
        archived: row!.isArchived,
      },
    ]),
  );
}

export async function readAccounts(octokit: Octokit, logins: readonly string[]): Promise<Map<string, number>> {
  const found = await askEach<{ databaseId: number } | null>(
    octokit,
    logins,
    undefined,
    (at) => `user(login: $v${at}) { databaseId }`,
  );
  return new Map([...found].map(([login, row]) => [login.toLowerCase(), row!.databaseId]));
}

/** One field a value, a hundred a query; what is null is not there. */
async function askEach<Row>(
  octokit: Octokit,
  values: readonly string[],
  owner: string | undefined,
  field: (at: number) => string,
): Promise<Map<string, Row>> {
  const found = new Map<string, Row>();
  for (let from = 0; from < values.length; from += perQuery) {
    const part = values.slice(from, from + perQuery);
    const variables = Object.fromEntries(part.map((value, at) => [`v${at}`, value]));
    const declared = [...(owner === undefined ? [] : ['owner']), ...Object.keys(variables)].map(
      (name) => `$${name}: String!`,
    );
    const fields = part.map((_, at) => `f${at}: ${field(at)}`).join('\n');
    const answer = await octokit
      .graphql<Record<string, Row | null>>(`query (${declared.join(', ')}) { ${fields} }`, {
        ...variables,
        ...(owner === undefined ? {} : { owner }),
      })
      .catch((error: { data?: Record<string, Row | null>; errors?: { type?: string }[] }) => {
        if (error.data && error.errors?.every(({ type }) => type === 'NOT_FOUND')) return error.data;
        throw coded(error);
      });
    for (const [at, value] of part.entries()) {
      const row = answer[`f${at}`];
      if (row) found.set(value, row);
    }
  }
  return found;
}
