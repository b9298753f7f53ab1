// Files of build tools and of those that start commands by name, and files that are no description of steps at all.
import { type Format, has, hasAll, isList, isMap, someHave, textAt, values } from './foreign-kind.ts';
import { get } from './tree-lookup.ts';

const target = 'write each target as a task: its command becomes run, its sources become inputs, its products outputs';
const script =
  'write each of its commands as a task with run, and the files that it reads and writes as inputs and outputs';

export const builds: readonly Format[] = [
  {
    name: 'Bazel',
    advice: target,
    file: /(?:^|\/)(?:BUILD|WORKSPACE|MODULE)(?:\.bazel)?$|\.bzl$/,
    text: /^load\(["']@|^(?:py_binary|py_library|genrule|bazel_dep|cc_binary)\(/m,
  },
  { name: 'SCons', advice: target, file: /(?:^|\/)SCons(?:truct|cript)$/, text: /^env\s*=\s*Environment\(/m },
  {
    name: 'Meson',
    advice: target,
    file: /(?:^|\/)meson\.build$/,
    text: /^project\('/m,
    also: /^(?:\w+_)?(?:target|executable|library)\(/m,
  },
  { name: 'CMake', advice: target, file: /(?:^|\/)CMakeLists\.txt$/, text: /^cmake_minimum_required\(/im },
  { name: 'Ninja', advice: target, file: /\.ninja$/, text: /^rule \w+\n\s+command\s*=/m },
  { name: 'Earthly', advice: target, file: /(?:^|\/)Earthfile$/, text: /^VERSION\s+0\.\d/m },
  { name: 'Rake', advice: target, file: /(?:^|\/)Rakefile$/, text: /^(?:task|file)\s+[:"'].*\bdo\b/m },
  { name: 'Gradle', advice: target, file: /\.gradle(?:\.kts)?$/, text: /^plugins\s*\{|^tasks\.register\(/m },
  { name: 'Maven', advice: target, file: /(?:^|\/)pom\.xml$/, text: /maven\.apache\.org\/POM/ },
  { name: 'Nix', advice: target, file: /\.nix$/, text: /\bnixpkgs\b/, also: /^[ \t]*(?:outputs|inputs)\b.*=/m },
  { name: 'doit', advice: target, file: /(?:^|\/)dodo\.py$/, text: /^def task_\w+\(/m },
  { name: 'Invoke', advice: script, text: /^from invoke\b|^import invoke\b/m },
  { name: 'nox', advice: script, file: /(?:^|\/)noxfile\.py$/, text: /^import nox\b/m },
  { name: 'tox', advice: script, file: /(?:^|\/)tox\.ini$/, text: /^\[testenv/m },
  {
    name: 'npm',
    advice: script,
    file: /(?:^|\/)package\.json$/,
    keys: (root) => isMap(get(root, 'scripts')) && has(root, 'dependencies', 'devDependencies', 'private', 'main'),
  },
  {
    name: 'pixi, Poe or uv',
    advice: script,
    file: /(?:^|\/)(?:pixi|pyproject)\.toml$/,
    text: /^\[(?:project|tool\.[\w.-]+|tasks|build-system|workspace)\]\s*$/m,
  },
  {
    name: 'pre-commit',
    advice: script,
    file: /(?:^|\/)\.pre-commit-config\.ya?ml$/,
    keys: (root) => someHave(get(root, 'repos'), 'hooks'),
  },
  {
    name: 'Ansible',
    advice: script,
    keys: (root) => isList(root) && someHave(root, 'hosts'),
  },
];

const start = 'write a task whose run starts it, with the files that it reads and writes as inputs and outputs';

/** The last: what only looks like this may be something of the others. */
export const plainFiles: readonly Format[] = [
  {
    name: 'Jupyter',
    what: 'a notebook',
    advice:
      'write a task whose run executes it, as in `jupyter execute t.ipynb`, with the files that it reads and writes',
    file: /\.ipynb$/,
    keys: (root) => hasAll(root, 'cells', 'nbformat'),
  },
  {
    name: 'DVC',
    what: 'a lock file of DVC',
    advice: 'the stages themselves are in dvc.yaml, which is read as it is',
    file: /(?:^|\/)dvc\.lock$/,
    keys: (root) => has(root, 'schema') && isMap(get(root, 'stages')),
  },
  {
    name: 'DVC',
    what: 'a pointer of DVC to one file',
    advice: 'the stages themselves are in dvc.yaml, which is read as it is',
    file: /\.dvc$/,
    keys: (root) => isList(get(root, 'outs')) && someHave(get(root, 'outs'), 'md5', 'hash') && !has(root, 'stages'),
  },
  {
    name: 'conda',
    what: 'a list of packages',
    advice: 'it may stay what it is; what it is needed for is written as tasks',
    file: /(?:^|\/)(?:environment\.ya?ml|requirements[\w.-]*\.txt)$/,
    text: /^[\w.[\]-]{1,100}(?:==|>=|~=)[\w.*]+[ \t]*$/m,
    unless: /[:{]/,
    isLoose: true,
    keys: (root) => isList(get(root, 'dependencies')) && has(root, 'channels', 'name') && !has(root, 'tasks'),
  },
  {
    name: 'Hydra',
    what: 'a configuration of Hydra',
    advice: 'it may stay what it is; what reads it is written as tasks',
    keys: (root) =>
      has(root, 'hydra') ||
      values(get(root, 'defaults')).some((item) => item.kind === 'scalar' && item.source === '_self_') ||
      textAt(root, '_target_') !== '',
  },
  {
    name: 'a shell',
    what: 'a script for a shell',
    advice: start,
    file: /\.(?:sh|bash|zsh)$/,
    text: /^#!.*\b(?:ba|z|da|k)?sh\b/,
  },
  {
    name: 'Python',
    what: 'a program in Python',
    advice: start,
    file: /\.py$/,
    text: /^(?:import [\w.]+(?: as \w+)?|from [\w.]+ import .+)$|^(?:def|class) \w.*:[ \t]*$|^#!.*\bpython/m,
    isLoose: true,
  },
  {
    name: 'R',
    what: 'a program in R',
    advice: start,
    file: /\.[rR]$/,
    text: /^library\(\w+\)|^\w+ <- function\(/m,
    isLoose: true,
  },
];
