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
const PINNED = /^[\w.-]+\s*(?:\[[^\]]*\])?\s*={2,3}\s*v?[\w!+]+(?:\.[\w!+]+)*$/;
/** An address pins where it names a hash, a commit or a file of one version; a branch moves. */
const ADDRESS =
  /^(?:[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*|(?=(?:git|hg)\+))\S+(?:@[0-9a-f]{40}\b|#sha256=[0-9a-f]{64}\b|\d\S*\.(?:whl|tar\.gz|zip)\b)/;

/** Of a requirement, without its markers and hashes. */
const LONGEST = 500;

function namesOneVersion(line: string): boolean {
  const end = line.search(/;|--hash/);
  const what = (end < 0 ? line : line.slice(0, end)).trimEnd();
  return what.length <= LONGEST && PINNED.test(what);
}

/** Every requirement names one version. Options, comments and hashes do not count. */
function pinsAll(requirements: string): boolean {
  const lines = recoverText(requirements)
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#(?!sha256=).*/, '').trim())
    // `-e .` is the project itself, but what is installed from elsewhere has a version.
    .map((line) => line.replace(/^(?:-e|--editable)[\s=]+(?=(?:git|hg|svn|bzr)\+)/, ''))
    .filter((line) => line !== '' && !line.startsWith('-'));
  return lines.length > 0 && lines.every((line) => namesOneVersion(line) || ADDRESS.test(line.slice(0, LONGEST)));
}

/** Conda's `name=version`, and pip's lines below `pip:`. Read by line: a list is all that such a file holds. */
function pinsEnvironment(text: string): boolean {
  const entries = recoverText(text)
    .split(/\r?\n/)
    .flatMap((line) => entryOf(line) ?? [])
    .filter((entry) => entry !== 'pip:' && !/^(?:defaults|conda-forge|nodefaults|https?:\S+)$/.test(entry));
  return (
    entries.length > 0 &&
    entries.every((entry) => /^[\w.:-]+={1,2}\d[\w.]*(?:=[\w.]+)?$/.test(entry) || namesOneVersion(entry))
  );
}

/** What stands behind the dash, without quotes and comment. */
function entryOf(line: string): string | undefined {
  const rest = /^\s+-\s(.*)$/.exec(line)?.[1];
  if (rest === undefined) return undefined;
  const bare = rest.split('#', 1)[0]!.trim().replace(/^["']/, '').replace(/["']$/, '').trimEnd();
  return bare === '' || /["']/.test(bare) ? undefined : bare;
}
