// A self-check of the chain, after the questions of OpenSSF's Scorecard as far as a checkout can answer them.
//   node scripts/scorecard.ts        a line for each; exits with 1 where one fails
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installed, isAccepted } from './check-licences.ts';
import { scanFiles } from './scan-secrets.ts';

export type Answer = { question: string; faults: string[] };
/** A repository as its files: text by path. */
export type Files = ReadonlyMap<string, string>;

const workflowsOf = (files: Files): [string, string][] =>
  [...files].filter(([path]) => /(^|\/)(\.github\/workflows\/[^/]+|action)\.ya?ml$/.test(path));

const questions: Record<string, (files: Files) => string[]> = {
  'Pinned-Dependencies: every action by its commit': (files) =>
    linesOf(workflowsOf(files), (line) => {
      const used = /^\s*(?:-\s*)?uses:\s*['"]?([^\s'"#]+)/.exec(line)?.[1];
      if (used === undefined || used.startsWith('./') || used.startsWith('__')) return false;
      // Our own comes with this repository.
      return !/@[0-9a-f]{40}$/.test(used) && !used.startsWith('practicum/practicum');
    }),
  'Pinned-Dependencies: every package by its exact version': (files) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(files.get('package.json') ?? '{}') as Manifest;
    return Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+[\w.+-]*$/.test(version))
      .map(([name, version]) => `package.json: ${name} ${version}`);
  },
  'Pinned-Dependencies: every package by its digest': (files) => {
    const { packages = {} } = JSON.parse(files.get('package-lock.json') ?? '{}') as Lock;
    return Object.entries(packages)
      .filter(
        ([path, { link, integrity, inBundle }]) => path.startsWith('node_modules/') && !link && !inBundle && !integrity,
      )
      .map(([path]) => `package-lock.json: ${path} has no digest`);
  },
  'Token-Permissions: stated, and no more than reading at the top': (files) =>
    workflowsOf(files)
      .filter(([path]) => path.startsWith('.github/'))
      .flatMap(([path, text]) => {
        const stated = /^permissions:(.*(?:\n[ \t]+.*)*)/m.exec(text)?.[1];
        if (stated === undefined) return [`${path}: states no permissions`];
        return /\bwrite\b|write-all/.test(stated) ? [`${path}: may write everywhere`] : [];
      }),
  'Dangerous-Workflow: no code of strangers, no text of theirs in a shell': (files) =>
    linesOf(workflowsOf(files), (line) =>
      /pull_request_target|^\s*(?:-\s*)?run:.*\$\{\{\s*(?:github\.event\.|github\.head_ref)/.test(line),
    ),
  'Security-Policy': (files) => missing(files, 'SECURITY.md'),
  License: (files) => missing(files, 'LICENSE'),
  'Code-Review: who owns what': (files) => missing(files, '.github/CODEOWNERS'),
  'Dependency-Update-Tool': (files) => missing(files, '.github/dependabot.yml'),
  'SBOM and Signed-Releases': (files) => {
    const release = files.get('.github/workflows/release.yml') ?? '';
    return [/sbom|cyclonedx/i, /attest/i].flatMap((word) =>
      word.test(release) ? [] : [`release.yml says nothing of ${word.source}`],
    );
  },
  'Binary-Artifacts: none is run from here': (files) =>
    [...files.keys()].filter((path) => /\.(exe|dll|so|dylib|jar|class|pyc|wasm|node)$/.test(path)),
};

type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };
type Lock = { packages?: Record<string, { integrity?: string; link?: boolean; inBundle?: boolean }> };

export function answerAll(files: Files): Answer[] {
  return Object.entries(questions).map(([question, ask]) => ({ question, faults: ask(files) }));
}

function missing(files: Files, path: string): string[] {
  return files.has(path) ? [] : [`${path} is missing`];
}

function linesOf(files: readonly [string, string][], isFault: (line: string) => boolean): string[] {
  return files.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => (isFault(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
}

function main(root: string): number {
  const paths = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  const here = paths.filter((path) => existsSync(join(root, path)));
  const read = here.filter((path) => /\.(ya?ml|json|md)$|LICENSE$|CODEOWNERS$/.test(path));
  const files = new Map(here.map((path) => [path, '']));
  for (const path of read) files.set(path, readFileSync(join(root, path), 'utf8'));
  const secrets = scanFiles(here.map((path) => join(root, path))).map(
    ({ file, line, kind }) => `${file}:${line} ${kind}`,
  );
  const licences = installed(join(root, 'node_modules')).filter((licensed) => !isAccepted(licensed));
  const answers = [
    ...answerAll(files),
    { question: 'Secrets: none in the files', faults: secrets },
    { question: 'Licences: all allowed', faults: licences.map(({ name, licence }) => `${name}: ${licence}`) },
  ];
  for (const { question, faults } of answers) {
    process.stdout.write(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${question}\n`);
    for (const fault of faults.slice(0, 20)) process.stdout.write(`       ${fault}\n`);
  }
  const good = answers.filter(({ faults }) => faults.length === 0).length;
  process.stdout.write(`${good} of ${answers.length}\n`);
  return good === answers.length ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(join(import.meta.dirname, '..'));
