// Puts what a release carries into a folder: `node scripts/gather-release.ts VERSION FOLDER`. `npm run bundle` came before.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeChanges } from './describe-changes.ts';

const root = join(import.meta.dirname, '..');
const [version = '', folder = 'release'] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is not a version such as 1.2.3`);
const to = resolve(folder);
mkdirSync(to, { recursive: true });

const call = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

copyFileSync(join(root, 'dist/practicum.cjs'), join(to, 'practicum.cjs'));
copyFileSync(join(root, 'dist/licenses.txt'), join(to, 'licenses.txt'));
const digest = createHash('sha256')
  .update(readFileSync(join(to, 'practicum.cjs')))
  .digest('hex');
writeFileSync(join(to, 'practicum.cjs.sha256'), `${digest}  practicum.cjs\n`);

// The same bytes for the same commit: no names, no times, one order.
const plain = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
call('tar', ...plain, '-czf', join(to, 'practicum-action.tar.gz'), 'action/dist', 'action/course/dist');

writeFileSync(join(to, 'practicum.cdx.json'), call('npm', 'sbom', '--omit=dev', '--sbom-format=cyclonedx'));
writeFileSync(join(to, 'CHANGES.md'), changes());

function changes(): string {
  const last = call('git', 'tag', '--list', 'v*.*.*', '--sort=-v:refname').split('\n')[0];
  // A release is a commit beside main: what it was made from is its parent.
  const range = last ? [`${last}^..HEAD`] : ['HEAD'];
  const subjects = call('git', 'log', '--no-merges', '--format=%s', ...range)
    .trim()
    .split('\n');
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  return describeChanges({ version, changelog, subjects, ...(last ? { last } : {}) });
}
