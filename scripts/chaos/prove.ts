// The proof, from the bare repositories alone: every release is there once, whole, and nothing else says that it is one.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Expected } from './make-course.ts';

export type Proof = { expected: number; found: number; lost: string[]; doubled: string[]; altered: string[] };

export function prove(
  git: string,
  organisation: string,
  students: readonly string[],
  slices: readonly Expected[],
): Proof {
  const proof: Proof = { expected: students.length * slices.length, found: 0, lost: [], doubled: [], altered: [] };
  for (const student of students) {
    const run = (...args: string[]): string =>
      execFileSync('git', ['--git-dir', join(git, organisation, `work-${student}.git`), ...args], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const commits = carriedBy(run);
    for (const { challenge, release, path, bytes } of slices) {
      const name = `${student}: ${challenge} ${release}`;
      const carrying = commits.filter(({ paths }) => paths.includes(path));
      if (carrying.length === 0) proof.lost.push(name);
      else proof.found += 1;
      if (carrying.length > 1)
        proof.doubled.push(`${name} in ${carrying.map(({ sha }) => sha.slice(0, 7)).join(', ')}`);
      if (carrying.some(({ sha }) => run('show', `${sha}:${path}`) !== bytes)) proof.altered.push(name);
      if (carrying.some(({ sha, trailer }) => !namesIt(run('show', `${sha}:data/MANIFEST.json`), path, trailer)))
        proof.altered.push(`${name} in the manifest`);
    }
    const trailers = commits.map(({ trailer }) => trailer);
    for (const trailer of new Set(trailers)) {
      if (trailers.filter((text) => text === trailer).length > 1) proof.doubled.push(`${student}: shipment ${trailer}`);
    }
    const pulls = run('for-each-ref', '--format=%(refname)', 'refs/pull')
      .split('\n')
      .filter((ref) => ref.endsWith('/head'));
    const wanted = slices.filter(({ challenge }) => challenge === 'pulls').length;
    if (pulls.length > wanted) proof.doubled.push(`${student}: ${pulls.length} pull requests for ${wanted} releases`);
  }
  return proof;
}

type Carrying = { sha: string; trailer: string; paths: string[] };

/** Commits of any branch or pull request that say they carry a shipment. Trial merges of pull requests carry nothing. */
function carriedBy(run: (...args: string[]) => string): Carrying[] {
  const log = run(
    'log',
    '--all',
    '--no-merges',
    '--format=%x00%H %(trailers:key=Practicum-Shipment,valueonly,separator=)',
    '--name-only',
  );
  return log.split('\0').flatMap((entry) => {
    const [first = '', ...paths] = entry.trim().split('\n').filter(Boolean);
    const [sha = '', trailer] = first.split(' ');
    return trailer ? [{ sha, trailer, paths }] : [];
  });
}

function namesIt(manifest: string, path: string, shipment: string): boolean {
  const { releases } = JSON.parse(manifest) as { releases: { path: string; shipment: string }[] };
  return releases.filter((release) => release.path === path && release.shipment === shipment).length === 1;
}
