// The checks of the chain find what they are for.
import { expect, test } from 'vitest';
import { isAccepted, isAllowed } from '../../scripts/check-licences.ts';
import { scanText } from '../../scripts/scan-secrets.ts';
import { answerAll } from '../../scripts/scorecard.ts';

const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fA3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG9h';

test.each([
  ['private key', `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${letters}\n`],
  ['GitHub token', `token: ${'ghs'}_${letters.slice(0, 36)}`],
  ['AWS key', `${'AKIA'}ABCDEFGHIJKLMNOP`],
  ['Hugging Face token', `${'hf'}_${letters.slice(0, 34)}`],
  ['identity token', `${'eyJ'}${letters.slice(0, 20)}.${'eyJ'}${letters.slice(0, 30)}.${letters}`],
  ['password in an address', `postgres://app:${letters.slice(0, 20)}@db.example.org/practicum`],
  ['secret in a setting', `WEBHOOK_${'SECRET'}=${letters.slice(0, 32)}`],
])('a %s is found, at its line, and not repeated', (kind, text) => {
  const found = scanText('.env', `first\n${text}`);
  expect(found).toEqual([{ file: '.env', line: 2, kind }]);
  expect(JSON.stringify(found)).not.toContain(letters.slice(0, 16));
  expect(scanText('.env', text.replaceAll('\n', ' ') + ' # not-a-secret: an example')).toEqual([]);
});

test('what only has the words is no secret', () => {
  for (const text of [
    'WEBHOOK_SECRET=',
    'TOKEN=${GITHUB_TOKEN}',
    'https://user:pass@host',
    '-----BEGIN PUBLIC KEY-----',
  ])
    expect(scanText('README.md', text)).toEqual([]);
});

test('a licence is allowed by what it says', () => {
  for (const licence of ['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT']) expect(isAllowed(licence)).toBe(true);
  for (const licence of ['GPL-3.0', 'AGPL-3.0-only', 'MIT AND GPL-2.0', 'UNLICENSED', 'none', ''])
    expect(isAllowed(licence)).toBe(false);
  expect(isAccepted({ name: 'left-pad', version: '1.0.0', licence: 'none' })).toBe(false);
});

const good = new Map([
  ['package.json', '{"dependencies":{"a":"1.2.3"}}'],
  ['package-lock.json', '{"packages":{"node_modules/a":{"integrity":"sha512-x"}}}'],
  [
    '.github/workflows/ci.yml',
    `permissions: {}\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@${'a'.repeat(40)} # v7\n`,
  ],
  ['.github/workflows/release.yml', 'permissions:\n  contents: read\n# sbom, attest\n'],
  ['SECURITY.md', ''],
  ['LICENSE', ''],
  ['.github/CODEOWNERS', ''],
  ['.github/dependabot.yml', ''],
]);
const failing = (path: string, text: string | undefined): string[] => {
  const files = new Map(good);
  if (text === undefined) files.delete(path);
  else files.set(path, text);
  return answerAll(files).flatMap(({ question, faults }) => (faults.length > 0 ? [question.split(':')[0]!] : []));
};

test('each question of the self-check can fail', () => {
  expect(failing('README.md', '')).toEqual([]);
  expect(failing('.github/workflows/ci.yml', 'permissions: {}\nsteps:\n  - uses: actions/checkout@v4\n')).toEqual([
    'Pinned-Dependencies',
  ]);
  expect(failing('.github/workflows/ci.yml', 'on: push\n')).toEqual(['Token-Permissions']);
  expect(failing('.github/workflows/ci.yml', 'permissions: write-all\n')).toEqual(['Token-Permissions']);
  expect(failing('.github/workflows/ci.yml', 'permissions: {}\non: pull_request_target\n')).toEqual([
    'Dangerous-Workflow',
  ]);
  expect(failing('package.json', '{"dependencies":{"a":"^1.2.3"}}')).toEqual(['Pinned-Dependencies']);
  expect(failing('package-lock.json', '{"packages":{"node_modules/a":{}}}')).toEqual(['Pinned-Dependencies']);
  for (const path of [
    'SECURITY.md',
    'LICENSE',
    '.github/CODEOWNERS',
    '.github/dependabot.yml',
    '.github/workflows/release.yml',
  ])
    expect(failing(path, undefined)).toHaveLength(1);
  expect(failing('tool.exe', '')).toEqual(['Binary-Artifacts']);
});
