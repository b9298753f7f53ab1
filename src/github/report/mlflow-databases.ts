// SQLite stores of MLflow that a commit has, or that its run left: fetched, and read where a stranger's bytes are read.
import { chooseDatabases } from '../../domain/milestones/choose-files.ts';
import type { DatabaseRead } from '../../domain/milestones/read-mlflow-database.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { PracticeFacts } from '../../ports/repository.ts';
import type { Repository } from '../client/repository.ts';
import { readBytes } from '../repository/branch.ts';

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
  for (const path of chooseDatabases(tree)) await add(path, await readBytes(repository, shas.get(path)!));
  const left = chooseDatabases([...archived].map(([path, { length }]) => ({ path, bytes: length })));
  for (const path of left) await add(path, archived.get(path)!);
  return read;
}

function givenUp(error: unknown): DatabaseRead {
  if (!isFailure(error, 'reading-exceeded')) throw error;
  return { unreadable: (error as Error).message };
}
