// Writes the list of actions that workflows of ours may use, read off the actions' own repositories: every tag with its
// commit, and the inputs of the newest version. `node scripts/known-actions.ts [NAME=REPOSITORY ...]`; without a repository
// GitHub's is asked, without a name all of the list. NAME may name a folder: actions/cache/restore.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

type Known = { version: string; sha: string; inputs: string[]; required: string[]; tags: Record<string, string> };

const file = join(import.meta.dirname, '../packages/sandbox/src/actions/workflow/known-actions.json');

function read(): Record<string, Known> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Known>;
}

function look(name: string, address: string): Known {
  // A copy that is here already is read where it is.
  const here = existsSync(address);
  const folder = here ? address : mkdtempSync(join(tmpdir(), 'known-actions-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  try {
    if (!here) {
      git('init', '--quiet', '--bare');
      git('fetch', '--quiet', '--depth=1', address, '+refs/tags/*:refs/tags/*');
    }
    const lines = git('for-each-ref', 'refs/tags', '--format=%(refname:strip=2) %(objectname) %(*objectname)');
    // An annotated tag is an object of its own: the commit is what it points to.
    const tags = Object.fromEntries(
      lines
        .trim()
        .split('\n')
        .map((line) => line.split(' '))
        .map(([tag, object, commit]) => [tag!, commit || object!])
        .toSorted(([a], [b]) => a!.localeCompare(b!, 'en', { numeric: true })),
    );
    const version = Object.keys(tags).findLast((tag) => /^v\d+\.\d+\.\d+$/.test(tag));
    if (version === undefined) throw new Error(`${name} has no tag like v1.2.3`);
    const sub = name.split('/').slice(2).join('/');
    const action = parse(git('show', `${tags[version]}:${sub ? `${sub}/` : ''}action.yml`)) as {
      inputs?: Record<string, { required?: boolean; default?: unknown }>;
    };
    const inputs = Object.entries(action.inputs ?? {});
    return {
      version,
      sha: tags[version]!,
      inputs: inputs.map(([input]) => input),
      required: inputs.filter(([, one]) => one.required === true && one.default === undefined).map(([input]) => input),
      tags,
    };
  } finally {
    if (!here) rmSync(folder, { recursive: true, force: true });
  }
}

const known = read();
const wanted = process.argv.slice(2);
for (const argument of wanted.length > 0 ? wanted : Object.keys(known)) {
  const [name = '', given] = argument.split('=');
  known[name] = look(name, given ?? `https://github.com/${name.split('/').slice(0, 2).join('/')}`);
  process.stdout.write(`${name} ${known[name].version} ${known[name].sha}\n`);
}
const sorted = Object.fromEntries(Object.entries(known).toSorted(([a], [b]) => a.localeCompare(b)));
writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
