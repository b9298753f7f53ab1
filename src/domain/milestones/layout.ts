// Milestone layout, where a challenge asks for it: each kind of file in a place of its own, told by what lies there.
import { toProgress } from './practice.ts';
import type { MilestoneProgress, Practice, Step } from './practice.ts';
import type { Thresholds } from '../challenge/thresholds.ts';

const CODE = /\.(?:py|r|jl|ts|mjs|js|scala|java|go|rs)$/i;
const TEST = /(?:^|\/)(?:test_[^/]+|[^/]+_test|[^/]+\.(?:test|spec)|conftest)\.\w+$/i;
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__)\//i;
const DATA = /\.(?:csv|tsv|parquet|feather|jsonl|ndjson|xlsx?|h5|npz?|dvc)(?:\.(?:gz|zst))?$/i;
const DATA_FOLDER = /^(?:data|datasets?)\//i;
/** Figures are what a run made, and examples belong to what they show. */
const FIGURES = /(?:^|\/)(?:metrics|reports?|results|figures|docs|examples?)\//i;
const RAW_FOLDER = /^(?:data|datasets?)\/(?:raw|incoming|external|source|\d\d?_raw)\//i;
const NOTEBOOK = /\.ipynb$/i;
const NOTEBOOK_FOLDER = /(?:^|\/)notebooks?\//i;
const VENDORED =
  /(?:^|\/)(?:\.venv|venv|node_modules|site-packages|\.nox|\.tox|\.ipynb_checkpoints|\.github|\.devcontainer)\//;
/** Tools look for these at the top. */
const TOP = /^(?:setup|noxfile|conftest|tasks|dodo|fabfile|flow|locustfile|[\w.-]+\.config)\.\w+$/i;
const INSTALL =
  /^(?:pyproject\.toml|setup\.(?:py|cfg)|requirements[\w.-]*\.txt|environment\.ya?ml|Pipfile|package\.json|renv\.lock|Project\.toml)$/;

const LOOSE = 1;
const SMALLEST_README = 300;

export function checkLayout(practice: Practice, thresholds: Thresholds): MilestoneProgress {
  const files = practice.tree.filter(({ path, bytes }) => bytes > 0 && !VENDORED.test(path));
  const paths = files.map(({ path }) => path);
  const readme = files.find(({ path }) => /^readme(?:\.\w+)?$/i.test(path));
  const steps: Step[] = [
    checkCode(paths),
    {
      done: paths.some((path) => TEST.test(path) && CODE.test(path) && TEST_FOLDER.test(path)),
      todo: 'put tests into a folder tests, in files that a test tool finds: none there has a name like test_features.py',
    },
    checkPlaceOfData(paths, practice),
    checkRaw(paths, practice),
    ...checkNotebookFolder(paths),
    {
      done: (readme?.bytes ?? 0) >= SMALLEST_README,
      todo: `say in README.md what this is and how to run it: ${readme ? `${readme.bytes} bytes are` : 'none is'} there`,
    },
    {
      done: paths.some((path) => INSTALL.test(path)),
      todo: 'say at the top what is to be installed: pyproject.toml, requirements.txt or environment.yml',
    },
  ];
  return toProgress('layout', steps, thresholds, []);
}

function isCode(path: string): boolean {
  return CODE.test(path) && !TEST.test(path) && !TEST_FOLDER.test(path);
}

/** In a package: `src/`, or a folder that says that it is one. */
function checkCode(paths: readonly string[]): Step {
  const packages = new Set(
    paths.filter((path) => path.endsWith('/__init__.py')).map((path) => path.slice(0, path.indexOf('/') + 1)),
  );
  const code = paths.filter(isCode);
  const packed = code.filter((path) => path.startsWith('src/') || [...packages].some((text) => path.startsWith(text)));
  const loose = code.filter((path) => !path.includes('/') && !TOP.test(path));
  return {
    done: packed.length > 0 && loose.length <= LOOSE,
    todo:
      packed.length === 0
        ? 'put the code into a package: src/NAME/, with files in it'
        : `move code from the top into the package: ${some(loose)}`,
  };
}

function checkPlaceOfData(paths: readonly string[], { shipped }: Practice): Step {
  const sent = new Set(shipped.map(({ path }) => path));
  const data = paths.filter((path) => DATA.test(path));
  const isPlaced = (path: string): boolean =>
    sent.has(path) || DATA_FOLDER.test(path) || TEST_FOLDER.test(path) || FIGURES.test(path);
  const lost = data.filter((path) => !isPlaced(path));
  const has = data.some((path) => sent.has(path) || DATA_FOLDER.test(path));
  return {
    done: has && lost.length === 0,
    todo:
      lost.length > 0 ? `move data into the folder data: ${some(lost)}` : 'put data into a folder data: none is there',
  };
}

/** What arrived is never mixed with what was made of it. */
function checkRaw(paths: readonly string[], { shipped }: Practice): Step {
  const sent = new Set(shipped.map(({ path }) => path));
  const folders = new Set([...sent].map(folderOf).filter((folder) => folder !== ''));
  const mixed = paths.filter((path) => DATA.test(path) && folders.has(folderOf(path)) && !sent.has(path));
  const hasRaw = folders.size > 0 || paths.some((path) => RAW_FOLDER.test(path) && DATA.test(path));
  return {
    done: hasRaw && mixed.length === 0,
    todo:
      mixed.length > 0
        ? `keep what was made apart from what was sent: ${some(mixed)}`
        : 'keep data as it came in a folder of its own, such as data/raw',
  };
}

function checkNotebookFolder(paths: readonly string[]): Step[] {
  const notebooks = paths.filter((path) => NOTEBOOK.test(path));
  if (notebooks.length === 0) return [];
  const lost = notebooks.filter((path) => !NOTEBOOK_FOLDER.test(path));
  return [{ done: lost.length === 0, todo: `move notebooks into the folder notebooks: ${some(lost)}` }];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function some(paths: readonly string[]): string {
  return `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;
}
