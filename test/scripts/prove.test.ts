// The proof of chaos must be able to fail: a repository with each of the wrongs that it looks for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectedSlices } from '../../scripts/chaos/make-course.ts';
import { prove } from '../../scripts/chaos/prove.ts';

let dir: string;
let bare: string;
const slices = expectedSlices(2).filter(({ challenge }) => challenge === 'commits');
const git = (...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { stdio: 'pipe' });
};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'practicum-prove-'));
  bare = join(dir, 'org', 'work-ada.git');
  git('init', '-q', '--initial-branch=main', join(dir, 'tree'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function ship(index: number, shipment: string, bytes = slices[index]!.bytes): void {
  const tree = join(dir, 'tree');
  const { path } = slices[index]!;
  const manifest = { version: 1, releases: [{ path, shipment }] };
  for (const [file, text] of Object.entries({ [path]: bytes, 'data/MANIFEST.json': JSON.stringify(manifest) })) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  git('-C', tree, 'add', '.');
  git('-C', tree, 'commit', '-qm', `Data\n\nPracticum-Shipment: ${shipment}`);
}
const proof = () => {
  git('clone', '-q', '--bare', join(dir, 'tree'), bare);
  return prove(dir, 'org', ['ada'], slices);
};

test('each release once and whole', () => {
  ship(0, 'a');
  ship(1, 'b');
  expect(proof()).toEqual({ expected: 2, found: 2, lost: [], doubled: [], altered: [] });
});

test('one that is missing, one that came twice', () => {
  ship(0, 'a', 'half of it');
  ship(0, 'a');
  expect(proof()).toMatchObject({
    found: 1,
    lost: ['ada: commits release-2'],
    doubled: [expect.stringMatching(/^ada: commits release-1 in/), 'ada: shipment a'],
  });
});

test('one with another byte', () => {
  ship(0, 'a');
  ship(1, 'b', slices[1]!.bytes.replace('region 1', 'region 2'));
  expect(proof()).toMatchObject({ lost: [], doubled: [], altered: ['ada: commits release-2'] });
});
