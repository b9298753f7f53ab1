// Validates one workflow or action.yml: GitHub's own language service, and rules of ours that it does not know.
import { readFileSync } from 'node:fs';
import { validate } from '@actions/languageservice';
import { knownActions } from '../packages/sandbox/src/actions/workflow/resolve-known.ts';
import { isMap, isScalar, isSeq, LineCounter, parse, parseDocument, visit } from 'yaml';

export type Finding = { line: number; rule: string; message: string };

type Metadata = {
  name: string;
  description: string;
  inputs: Record<string, { description: string; required?: boolean }>;
};

/** Inputs of the actions that our workflows use: there is no network in a test. */
function metadataOf(name: string): Metadata | undefined {
  if (name.startsWith('practicum/practicum/'))
    return parse(readFileSync(new URL(`../${name.slice(20)}/action.yml`, import.meta.url), 'utf8'));
  const action = knownActions.get(name);
  if (!action) return undefined;
  const inputs = action.inputs.map((input) => {
    const required = action.required.includes(input);
    return [input, { description: input, required }] as const;
  });
  return { name, description: '', inputs: Object.fromEntries(inputs) };
}

let documents = 0;

/** Every finding in one file. `name` decides what it is read as: an action.yml or a workflow. */
export async function checkWorkflow(text: string, name: string): Promise<Finding[]> {
  const isAction = /(^|\/)action\.ya?ml$/.test(name);
  // The service remembers answers by address: each text needs one of its own.
  const uri = `file:///checked/${++documents}/${isAction ? 'action.yml' : '.github/workflows/checked.yml'}`;
  const diagnostics = await validate(textDocument(uri, text), {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name: repository, path }) =>
        metadataOf([owner, repository, path].filter(Boolean).join('/')),
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
        if (/^(?!\s*(if|elif|while|until)\b)[^|\n]*\s&&\s[^|\n]*$/m.test(content))
          say(at, 'hidden-failure', 'the first half may fail unseen under bash -e: one command a line');
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
        const comment = /^[^\n]*#\s*(\S+)/.exec(text.slice((value as { range?: number[] }).range?.[1]))?.[1];
        for (const [rule, message] of checkUse(content, comment)) say(at, rule, message);
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

const ours = /^practicum\/practicum\/action(\/course)?@v1$|^__ORGANISATION__\/__COURSE_REPOSITORY__\/|^\.\//;

/** An action is named by a commit of the list, with the version beside it; only what is ours may move. */
function checkUse(uses: string, comment: string | undefined): [rule: string, message: string][] {
  if (ours.test(uses)) return [];
  const [name = '', ref = ''] = uses.split('@');
  const action = knownActions.get(name);
  if (!action)
    return [['unknown-action', `${name} is not on the list of actions: node scripts/known-actions.ts ${name}`]];
  if (!/^[0-9a-f]{40}$/.test(ref)) return [['unpinned', `${uses}: name a commit, ${action.sha} # ${action.version}`]];
  if (ref !== action.sha) return [['old-action', `${uses}: the list has ${action.sha} # ${action.version}`]];
  if (comment !== action.version) return [['unpinned', `${uses}: write # ${action.version} behind it`]];
  return [];
}
