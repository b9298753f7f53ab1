// SQLite stores of MLflow that a commit has, or that its run left: fetched, and read where a stranger's bytes are read.
import { chooseDatabases } from '../../domain/milestones/choose-files.ts';
import type { DatabaseRead } from '../../domain/milestones/read-mlflow-database.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { PracticeFacts } from '../../ports/repository.ts';
import type { Repository } from '../client/repository.ts';

export type ReadDatabase = (repo: string, bytes: Uint8Array) => Promise<DatabaseRead>;

/** By path. One that takes too long to read is unreadable, and spoils nothing else. */
export async function readDatabases(
  repository: Repository,
  tree: PracticeFacts['tree'],
  archived: ReadonlyMap<string, Uint8Array>,
  readDatabase: ReadDatabase,
): Promise<Map<string, DatabaseRead>> {
  const read = new Map<string, DatabaseRead>();
  const add = async (path: string, bytes: Uint8Array): Promise<void> => {
    read.set(path, await readDatabase(repository.repo, bytes).catch(givenUp));
  };
  const shas = new Map(tree.map(({ path, sha }) => [path, sha]));
  for (const path of chooseDatabases(tree)) await add(path, await fetchFile(repository, shas.get(path)!));
  const left = chooseDatabases([...archived].map(([path, { length }]) => ({ path, bytes: length })));
  for (const path of left) await add(path, archived.get(path)!);
  return read;
}

async function fetchFile({ octokit, owner, repo }: Repository, sha: string): Promise<Uint8Array> {
  const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: sha });
  // A copy: small buffers share their memory with others, and all of it would go to the thread.
  return new Uint8Array(Buffer.from(data.content, 'base64'));
}

function givenUp(error: unknown): DatabaseRead {
  if (!isFailure(error, 'reading-exceeded')) throw error;
  return { unreadable: (error as Error).message };
}
