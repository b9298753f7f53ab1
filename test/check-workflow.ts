// Validates one workflow or action.yml: GitHub's own language service, and five rules of ours that it does not know.
import { readFileSync } from 'node:fs';
import { validate } from '@actions/languageservice';
import { isMap, isScalar, isSeq, LineCounter, parse, parseDocument, visit } from 'yaml';

export type Finding = { line: number; rule: string; message: string };

/** The major versions that run on a supported Node; below them an action stops working one day. */
const least: Record<string, number> = {
  'actions/checkout': 5,
  'actions/setup-node': 5,
  'actions/setup-python': 6,
  'actions/upload-artifact': 5,
  'actions/download-artifact': 6,
  'actions/cache': 5,
  'astral-sh/setup-uv': 7,
};

const inputs = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { description: name, required: false }]));

/** Inputs of the actions that our workflows use: there is no network in a test. Ours are read from its action.yml. */
const metadata: Record<
  string,
  { name: string; description: string; inputs: Record<string, { description: string; required?: boolean }> }
> = {
  'actions/checkout': {
    name: 'Checkout',
    description: '',
    inputs: inputs(
      'repository',
      'ref',
      'token',
      'path',
      'persist-credentials',
      'clean',
      'fetch-depth',
      'fetch-tags',
      'lfs',
      'submodules',
      'show-progress',
      'sparse-checkout',
    ),
  },
  'actions/setup-node': {
    name: 'Setup Node',
    description: '',
    inputs: inputs('node-version', 'node-version-file', 'cache', 'check-latest', 'registry-url'),
  },
  'actions/upload-artifact': {
    name: 'Upload',
    description: '',
    inputs: inputs(
      'name',
      'path',
      'if-no-files-found',
      'retention-days',
      'compression-level',
      'overwrite',
      'include-hidden-files',
      'archive',
    ),
  },
  'actions/download-artifact': {
    name: 'Download',
    description: '',
    inputs: inputs('name', 'path', 'pattern', 'merge-multiple', 'github-token', 'repository', 'run-id', 'artifact-ids'),
  },
  'astral-sh/setup-uv': {
    name: 'Setup uv',
    description: '',
    inputs: inputs(
      'version',
      'python-version',
      'enable-cache',
      'working-directory',
      'activate-environment',
      'cache-dependency-glob',
    ),
  },
  'practicum/practicum': parse(readFileSync(new URL('../action/action.yml', import.meta.url), 'utf8')),
};

let documents = 0;

/** Every finding in one file. `name` decides what it is read as: an action.yml or a workflow. */
export async function checkWorkflow(text: string, name: string): Promise<Finding[]> {
  const isAction = /(^|\/)action\.ya?ml$/.test(name);
  // The service remembers answers by address: each text needs one of its own.
  const uri = `file:///checked/${++documents}/${isAction ? 'action.yml' : '.github/workflows/checked.yml'}`;
  const diagnostics = await validate(textDocument(uri, text), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name: repository }) => metadata[`${owner}/${repository}`],
    },
  });
  // Without a severity it is an error of the parser; 1 is an error, 2 a warning.
  const official = diagnostics
    .filter(({ severity }) => severity === undefined || severity <= 2)
    .map(({ range, message }) => ({ line: range.start.line + 1, rule: 'language-service', message: String(message) }));
  return [...official, ...ownRules(text, isAction)].toSorted((a, b) => a.line - b.line);
}

type TextDocument = Parameters<typeof validate>[0];

/** The service's view of a text; its own class would be one more package. */
function textDocument(uri: string, text: string): TextDocument {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offsetAt = ({ line, character }: { line: number; character: number }): number =>
    (starts[line] ?? text.length) + character;
  return {
    uri,
    languageId: 'yaml',
    version: 1,
    lineCount: starts.length,
    getText: (range) => (range ? text.slice(offsetAt(range.start), offsetAt(range.end)) : text),
    positionAt: (offset) => {
      const line = starts.findLastIndex((begin) => begin <= offset);
      return { line, character: offset - starts[line]! };
    },
    offsetAt,
    getLineRange: (line) => ({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }),
    getEOLCharacters: () => '\n',
  };
}

const untrusted =
  /\$\{\{[^}]*github\.(event\.[\w.[\]*-]*\.(title|body|ref|label|name|message|email|default_branch)|head_ref)\b[^}]*\}\}/;

function ownRules(text: string, isAction: boolean): Finding[] {
  const found: Finding[] = [];
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const say = (offset: number, rule: string, message: string): void =>
    void found.push({ line: counter.linePos(offset).line, rule, message });
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key)) return;
      const at = key.range?.[0] ?? 0;
      const word = String(key.value);
      const content = isScalar(value) ? value.value : undefined;
      if ((word === 'run' || word === 'script') && typeof content === 'string') {
        if (untrusted.test(content))
          say(at, 'script-injection', 'text that a stranger wrote becomes part of a script; pass it through env');
        if (/::(set-output|save-state|set-env|add-path)\b/.test(content))
          say(at, 'old-command', 'this workflow command no longer works; write to $GITHUB_OUTPUT and the like');
      }
      if (/^(python|node|go|java|ruby)-version$/.test(word)) {
        const values = isSeq(value) ? value.items : [value];
        for (const item of values)
          if (isScalar(item) && typeof item.value === 'number' && !Number.isInteger(item.value))
            say(at, 'version-float', `${item.source} is the number ${item.value}; quote it`);
      }
      if (word === 'uses' && typeof content === 'string') {
        const [action = '', ref = ''] = content.split('@');
        const major = Number(/^v(\d+)/.exec(ref)?.[1]);
        if (least[action] !== undefined && major < least[action])
          say(at, 'old-action', `${content}: use v${least[action]} or newer`);
      }
      if (word === 'permissions' && content === 'write-all')
        say(at, 'permissions', 'write-all gives every job every right');
    },
  });
  const root = document.contents;
  if (!isAction && isMap(root) && !root.has('permissions')) {
    const jobs = root.get('jobs');
    const all = isMap(jobs) && jobs.items.every(({ value }) => isMap(value) && value.has('permissions'));
    if (!all) say(0, 'permissions', 'say which permissions the token has; the default may be everything');
  }
  return found;
}
