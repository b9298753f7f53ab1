// A hundred repositories seen in one question: where their heads are, and that a shipment has left no trace there yet.
import { manifestPath } from '../../domain/shipment/manifest.ts';
import type { Expected, PrefetchHeads, Seen } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';
import { coded } from '../client/error.ts';

/** What the query asks of each repository. */
type Row = {
  databaseId: number;
  name: string;
  isArchived: boolean;
  defaultBranchRef: {
    name: string;
    target: {
      oid: string;
      history: { totalCount: number };
      file: { object: { text: string | null; isTruncated: boolean } | null } | null;
    };
  } | null;
  branch: { name: string } | null;
  pulls: { totalCount: number };
};

export function prefetchHeads(octokit: Octokit, owner: string): PrefetchHeads {
  return async (expected) => {
    if (expected.length === 0) return new Map();
    const answer = await ask(octokit, owner, expected);
    const seen = expected.flatMap((head, at): [string, Seen][] => {
      const plain = seenPlainly(head, answer[`r${at}`]);
      return plain ? [[head.shipment.id, plain]] : [];
    });
    return new Map(seen);
  };
}

/** Undefined unless nothing of the shipment can be there: then its carrier has to look more closely. */
function seenPlainly({ repositoryId }: Expected, row: Row | null | undefined): Seen | undefined {
  if (!row || row.databaseId !== repositoryId || row.isArchived || !row.defaultBranchRef) return undefined;
  const { name: branch, target } = row.defaultBranchRef;
  if (target.history.totalCount > 0 || row.branch || row.pulls.totalCount > 0) return undefined;
  const manifest = target.file?.object;
  if (target.file && (typeof manifest?.text !== 'string' || manifest.isTruncated)) return undefined;
  return { repository: row.name, head: { branch, oid: target.oid }, manifest: manifest?.text ?? undefined };
}

/** The manifest is read at the head itself: one of another moment could take lines away. */
async function ask(
  octokit: Octokit,
  owner: string,
  expected: readonly Expected[],
): Promise<Record<string, Row | null>> {
  const variables: Record<string, string> = { owner, manifest: manifestPath };
  const fields = expected.map(({ shipment: { repository, path, branch } }, at) => {
    Object.assign(variables, { [`n${at}`]: repository, [`p${at}`]: path, [`b${at}`]: branch });
    return `r${at}: repository(owner: $owner, name: $n${at}) { databaseId name isArchived
      defaultBranchRef { name target { ... on Commit { oid history(first: 1, path: $p${at}) { totalCount }
        file(path: $manifest) { object { ... on Blob { text isTruncated } } } } } }
      branch: ref(qualifiedName: $b${at}) { name }
      pulls: pullRequests(first: 1, headRefName: $b${at}) { totalCount } }`;
  });
  const declared = Object.keys(variables).map((name) => `$${name}: String!`);
  return octokit
    .graphql<Record<string, Row | null>>(`query (${declared.join(', ')}) { ${fields.join('\n')} }`, variables)
    .catch((error: { data?: Record<string, Row | null>; errors?: { type?: string }[] }) => {
      // A repository that is gone is null in an answer that tells of all the others.
      if (error.data && error.errors?.every(({ type }) => type === 'NOT_FOUND')) return error.data;
      throw coded(error);
    });
}
