// The licences of everything that is installed: a list, and a failure for one that is not on the list of those we may ship beside.
//   node scripts/check-licences.ts          prints what is not allowed, and how many there are of each
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Licensed = { name: string; version: string; licence: string };

/** Permissive, or (MPL) of effect on its own files alone. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'Unlicense',
  'Python-2.0',
  'MPL-2.0',
  'PostgreSQL',
  'WTFPL',
]);

/** Looked up by hand, where a package does not say it in the usual words. */
const lookedUp: Readonly<Record<string, string>> = {
  'dreamopt 0.8.0': 'states none; the tests use it by way of @octokit/fixtures, and nothing ships it',
  '@ewoudenberg/difflib 0.1.0': 'PSF, of the Python library that it was translated from',
};

export function isAccepted({ name, version, licence }: Licensed): boolean {
  return isAllowed(licence) || Object.hasOwn(lookedUp, `${name} ${version}`);
}

/** `(MIT OR X)` is allowed when one is, `MIT AND X` when all are. */
export function isAllowed(licence: string): boolean {
  const text = licence.replace(/[()]/g, '').trim();
  if (/ OR /i.test(text)) return text.split(/ OR /i).some(isAllowed);
  if (/ AND /i.test(text)) return text.split(/ AND /i).every(isAllowed);
  return allowed.has(text);
}

type Manifest = {
  name?: string;
  version?: string;
  license?: string | { type?: string };
  licenses?: { type?: string }[];
};

/** Every package in a folder of packages, those inside of packages included. */
export function installed(folder: string): Licensed[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder).flatMap((entry) => {
    if (entry.startsWith('.')) return [];
    if (entry.startsWith('@')) return installed(join(folder, entry));
    const own = read(join(folder, entry, 'package.json'));
    return [...(own ? [own] : []), ...installed(join(folder, entry, 'node_modules'))];
  });
}

function read(file: string): Licensed | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const { name, version, license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  if (name === undefined || version === undefined) return undefined;
  const several = licenses?.map(({ type }) => type ?? '').join(' OR ');
  return { name, version, licence: (typeof license === 'object' ? license.type : license) ?? several ?? 'none' };
}

function main(): number {
  const all = installed(join(import.meta.dirname, '..', 'node_modules'));
  const refused = all.filter((licensed) => !isAccepted(licensed));
  for (const { name, version, licence } of refused) process.stdout.write(`${name} ${version}: ${licence}\n`);
  const counts = [...Map.groupBy(all, ({ licence }) => licence)].map(
    ([licence, some]) => [licence, some.length] as const,
  );
  for (const [licence, count] of counts.toSorted((a, b) => b[1] - a[1])) process.stdout.write(`${count} ${licence}\n`);
  process.stdout.write(`${all.length} packages, ${refused.length} with a licence that is not allowed\n`);
  return refused.length === 0 && all.length > 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main();
