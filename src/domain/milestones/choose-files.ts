// Which files of a commit the milestones want to read: few, small, and known by their names.
import type { TreeFile } from './find-big-files.ts';

const LARGEST = 1_000_000;
const MOST = 60;
/** Of a path, in characters: longer ones exist nowhere but to be long. */
const LONGEST = 500;

const MLFLOW_RUN = /(?:^|\/)mlruns\/[^/]+\/[^/]+\/(?:meta\.yaml|(?:metrics|params)\/.+)$/;
const WANTED = [
  /^(?:MODEL_CARD|DATASET_CARD)\.md$/,
  /^(?:pipeline\.yml|dvc\.yaml|dvc\.lock|data\/schema\.yml)$/,
  /(?:^|\/)(?:requirements[\w.-]*\.(?:txt|lock)|environment\.ya?ml)$/,
  /^[\w.-]*params[\w.-]*\.(?:ya?ml|json|toml)$/,
  /(?:^|\/)metadata\.json$/,
  /(?:^|\/)emissions\.csv$/,
  /(?:^|\/)(?:expectations|gx)\/.*\.json$/,
  /(?:^|\/)(?:[\w.-]*junit[\w.-]*|test-[\w.-]+|TEST-[\w.-]+)\.xml$/,
  /(?:^|\/)(?:coverage[\w.-]*\.(?:xml|json)|lcov\.info)$/,
  /(?:^|\/)[\w.-]*(?:pylint|ruff|flake8|lint|mypy|black)[\w.-]*\.(?:txt|log|out|json|jsonl|sarif)$/i,
  // What a report is called is up to the tool that wrote it: what it is, its content tells.
  /\.xml$/i,
  // Where people keep parameters; what dvc.yaml names beyond these is read because it is named.
  /(?:^|\/)(?:conf|configs?|configuration|params|parameters|settings)\/.*\.(?:ya?ml|json)$/,
  /(?:^|\/)[\w.-]*(?:params|config|settings)[\w.-]*\.(?:ya?ml|json)$/,
  /(?:^|\/)(?:cov[\w.-]*\.json|[\w.-]*lcov[\w.-]*)$/i,
  /(?:^|\/)[\w.-]*mlflow[\w.-]*\.csv$/i,
  /\.ipynb$/i,
  // Last, for they may be many; in the order of their paths, which keeps the files of a run together.
  MLFLOW_RUN,
];
const DATABASE = /(?:^|\/)(?:mlflow|mlruns)[\w.-]*\.(?:db|sqlite3?)$/i;
/** Of one database, and how many of a commit. */
const LARGEST_DATABASE = 8_000_000;
const MOST_DATABASES = 2;
const VENDORED = /(?:^|\/)(?:\.ipynb_checkpoints|\.venv|venv|node_modules|site-packages|\.nox|\.tox|\.git)\//;

/** A SQLite store of MLflow, by its name. */
export function isDatabase(path: string): boolean {
  return path.length <= LONGEST && DATABASE.test(path) && !VENDORED.test(path);
}

/** The stores to read: few, and none that is large. */
export function chooseDatabases(tree: readonly TreeFile[]): string[] {
  return tree
    .filter(({ path, bytes }) => isDatabase(path) && bytes <= LARGEST_DATABASE)
    .map(({ path }) => path)
    .toSorted()
    .slice(0, MOST_DATABASES);
}

/** A path that is wanted, and how much. */
export type Ranked = { path: string; rank: number };

/** Of a few thousand files at a time: a student can have any number, with names that take long to look at. */
export function rankFiles(tree: readonly TreeFile[]): Ranked[] {
  // Of a run's folder everything has one rank: a metric may be called `config.json`.
  const rankOf = (path: string): number =>
    MLFLOW_RUN.test(path) ? WANTED.length - 1 : WANTED.findIndex((pattern) => pattern.test(path));
  return tree
    .filter(({ path, bytes }) => bytes <= LARGEST && path.length <= LONGEST && !VENDORED.test(path))
    .map(({ path }) => ({ path, rank: rankOf(path) }))
    .filter(({ rank }) => rank !== -1);
}

/** Paths to read, cards first. Installed packages have metadata and reports of their own: they are left out. */
export function chooseRanked(ranked: readonly Ranked[]): string[] {
  return ranked
    .toSorted((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1))
    .slice(0, MOST)
    .map(({ path }) => path);
}

/** The same of a tree that is known to be small. */
export function chooseFiles(tree: readonly TreeFile[]): string[] {
  return chooseRanked(rankFiles(tree));
}
