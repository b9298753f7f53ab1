// The bare repositories below DIR/git, and everything that is asked of one of them.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CatFiles, type GitObject } from './cat-file.ts';
import {
  hashObject,
  isOid,
  parseCommit,
  parseTree,
  readObject,
  writeObject,
  formatCommit,
  formatTree,
  type Commit,
  type Kind,
  type TreeEntry,
} from './objects.ts';
import { listRefs, moveRef, readHead, readRef, writeHead } from './refs.ts';
import { git, gitOutput, type GitResult } from './spawn.ts';
import { commonAncestor, isReachable, listCommits } from './walk.ts';

/** Commits never change; so many of a repository are kept parsed. */
const mostKnown = 1000;

/** One bare repository. */
export class GitRepository {
  readonly directory: string;
  readonly #cat: CatFiles;
  readonly #known = new Map<string, Commit>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(directory: string, cat: CatFiles) {
    this.directory = directory;
    this.#cat = cat;
  }

  /** One after another: everything that reads references to decide how to move them. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => {});
    return result;
  }

  object(oid: string): Promise<GitObject | undefined> {
    return readObject(this.#cat, this.directory, oid);
  }

  async commit(oid: string): Promise<Commit | undefined> {
    const known = this.#known.get(oid);
    if (known) return known;
    const object = await this.object(oid);
    if (object?.type !== 'commit') return undefined;
    const commit = parseCommit(oid, object.content);
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(oid, commit);
    return commit;
  }

  async tree(oid: string): Promise<TreeEntry[] | undefined> {
    const object = await this.object(oid);
    return object?.type === 'tree' ? parseTree(object.content) : undefined;
  }

  async blob(oid: string): Promise<Buffer | undefined> {
    const object = await this.object(oid);
    return object?.type === 'blob' ? object.content : undefined;
  }

  write(type: Kind, content: Buffer): Promise<string> {
    return writeObject(this.directory, type, content);
  }

  writeTree(entries: readonly TreeEntry[]): Promise<string> {
    return this.write('tree', formatTree(entries));
  }

  writeCommit(commit: Omit<Commit, 'oid'>): Promise<string> {
    return this.write('commit', formatCommit(commit));
  }

  hash(content: Buffer): string {
    return hashObject('blob', content);
  }

  ref(name: string): Promise<string | undefined> {
    return readRef(this.directory, name);
  }

  refs(prefix?: string): Promise<Map<string, string>> {
    return listRefs(this.directory, prefix);
  }

  moveRef(name: string, before: string, after: string): Promise<boolean> {
    return moveRef(this.directory, name, before, after);
  }

  setHead(branch: string): Promise<void> {
    return writeHead(this.directory, branch);
  }

  /** The commit that a branch, tag, full reference, HEAD, (short) object id or revision expression names. */
  async resolveCommit(name: string): Promise<string | undefined> {
    if (name === '' || name.startsWith('-') || /[\0\n]/.test(name)) return undefined;
    if (isOid(name)) {
      const object = await this.object(name);
      if (object?.type === 'commit') return name;
      if (object?.type !== 'tag') return undefined;
    }
    for (const ref of await this.#references(name)) {
      const oid = await this.ref(ref);
      if (oid && (await this.commit(oid))) return oid;
    }
    const result = await this.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return result.code === 0 ? result.stdout.toString().trim() : undefined;
  }

  /** What a name may stand for, a branch first, as GitHub has it; what is more than a name is left to git. */
  async #references(name: string): Promise<string[]> {
    if (name === 'HEAD') return [await readHead(this.directory)];
    if (name.includes('..')) return [];
    return [`refs/heads/${name}`, ...(name.startsWith('refs/') ? [name] : []), `refs/tags/${name}`];
  }

  run(
    args: readonly string[],
    options: { input?: Buffer | string; env?: Record<string, string> } = {},
  ): Promise<GitResult> {
    return git(this.directory, args, options);
  }

  /** Like `run`, for what must succeed. */
  output(
    args: readonly string[],
    options: { input?: Buffer | string; env?: Record<string, string> } = {},
  ): Promise<string> {
    return gitOutput(this.directory, args, options);
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const walked = await isReachable(this, ancestor, descendant);
    return walked ?? (await this.run(['merge-base', '--is-ancestor', ancestor, descendant])).code === 0;
  }

  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const walked = await commonAncestor(this, one, other);
    if (walked !== undefined) return walked ?? undefined;
    const result = await this.run(['merge-base', one, other]);
    return result.code === 0 ? result.stdout.toString().trim() : undefined;
  }

  /** Commits reachable from one and from none of the others, newest first; with a path, those that changed it. */
  async commitsOf(include: string, exclude: readonly string[] = [], path?: string): Promise<string[]> {
    const walked = await listCommits(this, include, exclude, path);
    if (walked) return walked;
    const input = [include, ...exclude.map((oid) => `^${oid}`), '--', ...(path === undefined ? [] : [path])].join('\n');
    return (await this.output(['rev-list', '--stdin'], { input })).split('\n').filter(Boolean);
  }
}

const bareConfig = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';

export class GitStore {
  readonly root: string;
  readonly #cat = new CatFiles();
  readonly #open = new Map<string, GitRepository>();

  constructor(root: string) {
    this.root = root;
  }

  directory(fullName: string): string {
    return join(this.root, `${fullName}.git`);
  }

  open(fullName: string): GitRepository {
    const directory = this.directory(fullName);
    const repository = this.#open.get(directory) ?? new GitRepository(directory, this.#cat);
    this.#open.set(directory, repository);
    return repository;
  }

  /** An empty bare repository, as `git init --bare` makes it. */
  async create(fullName: string, branch: string): Promise<GitRepository> {
    const directory = this.directory(fullName);
    await rm(directory, { recursive: true, force: true });
    await Promise.all(
      ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info'].map((folder) =>
        mkdir(join(directory, folder), { recursive: true }),
      ),
    );
    await writeFile(join(directory, 'HEAD'), `ref: refs/heads/${branch}\n`);
    await writeFile(join(directory, 'config'), bareConfig);
    return this.open(fullName);
  }

  async move(from: string, to: string): Promise<void> {
    this.#forget(from);
    await mkdir(dirname(this.directory(to)), { recursive: true });
    await rename(this.directory(from), this.directory(to));
  }

  async remove(fullName: string): Promise<void> {
    this.#forget(fullName);
    await rm(this.directory(fullName), { recursive: true, force: true });
  }

  close(): void {
    this.#cat.close();
  }

  #forget(fullName: string): void {
    const directory = this.directory(fullName);
    this.#cat.forget(directory);
    this.#open.delete(directory);
  }
}
