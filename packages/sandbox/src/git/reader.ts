// What reading a repository's history and trees takes.
import type { Commit, TreeEntry } from './objects.ts';

export type GitReader = {
  commit: (oid: string) => Promise<Commit | undefined>;
  tree: (oid: string) => Promise<TreeEntry[] | undefined>;
};
