// Looks for secrets in what git tracks, and says where: a key, a token, a password in an address. Exits with 1 if there is one.
//   node scripts/scan-secrets.ts            the files of this repository
//   node scripts/scan-secrets.ts FILE...    these
// A line that only looks like one says so: `not-a-secret`, and why.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export type Finding = { file: string; line: number; kind: string };

const kinds: readonly [kind: string, pattern: RegExp][] = [
  ['private key', /-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/=]{40}/],
  ['GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}\b/],
  ['AWS key', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['Google key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['Slack token', /\bxox[abprs]-[A-Za-z0-9-]{20,}/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['PyPI token', /\bpypi-[A-Za-z0-9_-]{50,}/],
  ['Hugging Face token', /\bhf_[A-Za-z0-9]{34}\b/],
  ['identity token', /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/],
  [
    'password in an address',
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"`$<{]{1,60}:[^\s:@/'"`$<{]{12,}@[a-z0-9.-]+\.[a-z]{2,}/i,
  ],
  [
    'secret in a setting',
    /\b(?:[A-Z]{1,20}_){0,4}(?:SECRET|TOKEN|PASSWORD|API_KEY)\s*[=:]\s*['"]?(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{28,}/,
  ],
];

const largest = 2_000_000;
const longestLine = 20_000;

export function scanText(file: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.includes('not-a-secret')) continue;
    // A key goes over several lines.
    const shown = line.includes('-----BEGIN') ? lines.slice(index, index + 3).join('\n') : line;
    for (const [kind, pattern] of kinds)
      if (pattern.test(shown.slice(0, longestLine))) findings.push({ file, line: index + 1, kind });
  }
  return findings;
}

export function scanFiles(files: readonly string[]): Finding[] {
  return files.flatMap((file) => {
    const info = statSync(file, { throwIfNoEntry: false });
    if (!info?.isFile() || info.size > largest) return [];
    const bytes = readFileSync(file);
    return bytes.includes(0) ? [] : scanText(file, bytes.toString('utf8'));
  });
}

function main(given: readonly string[]): number {
  const tracked = (): string[] => execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
  const files = given.length > 0 ? given : tracked().filter((file) => file !== '');
  const findings = scanFiles(files);
  // Where it is, never what it is.
  for (const { file, line, kind } of findings) process.stdout.write(`${file}:${line} looks like a ${kind}\n`);
  process.stdout.write(`${files.length} files, ${findings.length} that look like secrets\n`);
  return findings.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main(process.argv.slice(2));
