// Whether every dependency has one version: in requirements.txt as pip reads it, or in conda's environment.yml.
import { recoverText } from '../text/recover-text.ts';

const REQUIREMENTS = /(?:^|\/)requirements[\w.-]*\.txt$/;
const ENVIRONMENT = /(?:^|\/)environment\.ya?ml$/;

/** The file at the top decides where there is one; else one that is pinned, anywhere, suffices. */
export function isPinned(files: ReadonlyMap<string, string>): boolean {
  const top = files.get('requirements.txt') ?? files.get('environment.yml');
  if (top !== undefined) return files.has('requirements.txt') ? pinsAll(top) : pinsEnvironment(top);
  return [...files].some(
    ([path, text]) => (REQUIREMENTS.test(path) && pinsAll(text)) || (ENVIRONMENT.test(path) && pinsEnvironment(text)),
  );
}

/** Name, extras and one version: `==1.*` is many, and so is `==1.0,<2`. Markers and hashes may follow. */
const PINNED = /^[\w.-]+\s*(?:\[[^\]]*\])?\s*={2,3}\s*v?[\w!+]+(?:\.[\w!+]+)*\s*(?:;.*|--hash.*)?$/;
/** An address pins where it names a hash, a commit or a file of one version; a branch moves. */
const ADDRESS =
  /^[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*\S+(?:@[0-9a-f]{40}\b|#sha256=[0-9a-f]{64}\b|\d\S*\.(?:whl|tar\.gz|zip)\b)/;

/** Every requirement names one version. Options, comments and hashes do not count. */
function pinsAll(requirements: string): boolean {
  const lines = recoverText(requirements)
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#(?!sha256=).*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('-'));
  return lines.length > 0 && lines.every((line) => PINNED.test(line) || ADDRESS.test(line));
}

/** Conda's `name=version`, and pip's lines below `pip:`. Read by line: a list is all that such a file holds. */
function pinsEnvironment(text: string): boolean {
  const entries = recoverText(text)
    .split(/\r?\n/)
    .flatMap((line) => /^\s+-\s+["']?([^"'#]+?)["']?\s*(?:#.*)?$/.exec(line)?.[1] ?? [])
    .filter((entry) => entry !== 'pip:' && !/^(?:defaults|conda-forge|nodefaults|https?:\S+)$/.test(entry));
  return (
    entries.length > 0 &&
    entries.every((entry) => /^[\w.:-]+={1,2}\d[\w.]*(?:=[\w.]+)?$/.test(entry) || PINNED.test(entry))
  );
}
