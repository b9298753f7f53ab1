// Requests and answers in student repositories, and where a student says the endpoint is.
import type { StudentFiles } from '../../ports/practice.ts';
import { commitOnce, readBytes, textAt } from './branch.ts';
import type { Octokit } from '@octokit/rest';
import type { Repository } from '../client/repository.ts';
import { isFailure } from '../../domain/text/failure.ts';

const endpointVariable = 'PRACTICUM_ENDPOINT';
const endpointFile = 'practicum.yml';

type Connections = { write: Octokit; read: Octokit; variables: Octokit };

export function studentFiles({ write, read, variables }: Connections, owner: string): StudentFiles {
  return {
    deliver: (repo, commit) => commitOnce({ octokit: write, owner, repo }, commit),
    find: (repo, commit, paths) => findBlobs({ octokit: read, owner, repo }, commit, paths),
    async readBlob(repo, file_sha) {
      return Buffer.from((await readBytes({ octokit: read, owner, repo }, file_sha)).buffer);
    },
    async whereIs(repo, tree_sha, blob) {
      const { data } = await read.rest.git.getTree({ owner, repo, tree_sha, recursive: '1' });
      return data.tree.find(({ type, sha }) => type === 'blob' && sha === blob)?.path;
    },
    async registration(repo) {
      const [variable, file] = await Promise.all([
        readVariable({ octokit: variables, owner, repo }),
        textAt({ octokit: read, owner, repo }, 'HEAD', endpointFile),
      ]);
      return { ...(variable === undefined ? {} : { variable }), ...(file === undefined ? {} : { file }) };
    },
  };
}

/** Paths asked for in one query. */
const most = 100;

async function findBlobs(
  { octokit, owner, repo }: Repository,
  commit: string,
  paths: readonly string[],
): ReturnType<StudentFiles['find']> {
  const found: Awaited<ReturnType<StudentFiles['find']>> = [];
  for (let from = 0; from < paths.length; from += most) {
    const asked = paths.slice(from, from + most);
    const fields = asked
      .map((_, index) => `p${index}: object(expression: $e${index}) { oid ... on Blob { byteSize } }`)
      .join(' ');
    const declared = asked.map((_, index) => `$e${index}: String!`).join(', ');
    const expressions = Object.fromEntries(asked.map((path, index) => [`e${index}`, `${commit}:${path}`]));
    const { repository } = await octokit.graphql<{
      repository: Record<string, { oid: string; byteSize?: number } | null>;
    }>(
      `query ($owner: String!, $repo: String!, ${declared}) { repository(owner: $owner, name: $repo) { ${fields} } }`,
      {
        owner,
        repo,
        ...expressions,
      },
    );
    for (const [index, path] of asked.entries()) {
      const object = repository[`p${index}`];
      // A folder of that name has no size: it is not an answer.
      if (object?.byteSize !== undefined) found.push({ path, blob: object.oid, bytes: object.byteSize });
    }
  }
  return found;
}

/** Undefined where there is none, and where the organisation has not (yet) allowed the App to read variables. */
async function readVariable({ octokit, owner, repo }: Repository): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.actions.getRepoVariable({ owner, repo, name: endpointVariable });
    return data.value;
  } catch (error) {
    if (isFailure(error, 'not-found', 'forbidden', 'unprocessable')) return undefined;
    throw error;
  }
}
