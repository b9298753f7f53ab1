// Files of services that build and test, and of those that run containers.
import { type Format, has, hasAll, isList, isMap, someHave, textAt, values } from './foreign-kind.ts';
import { get } from './tree-lookup.ts';

const steps = 'write what its steps run as tasks with run, and say by files which comes first';
const containers =
  'write what its containers run as tasks with run; files of the repository are their inputs and outputs';

export const services: readonly Format[] = [
  {
    name: 'CircleCI',
    advice: steps,
    file: /(?:^|\/)\.circleci\//,
    keys: (root) =>
      isMap(get(root, 'jobs')) &&
      (has(root, 'workflows', 'orbs', 'executors') ||
        (someHave(get(root, 'jobs'), 'docker', 'machine', 'macos', 'executor') &&
          someHave(get(root, 'jobs'), 'steps'))),
  },
  {
    name: 'Bitbucket Pipelines',
    advice: steps,
    file: /(?:^|\/)bitbucket-pipelines\.ya?ml$/,
    keys: (root) =>
      has(get(root, 'pipelines'), 'default', 'branches', 'pull-requests', 'custom', 'tags') && !has(root, 'tasks'),
  },
  {
    name: 'Jenkins',
    advice: steps,
    file: /(?:^|\/)Jenkinsfile[^/]*$/,
    text: /^[ \t]*(?:pipeline|node(?:\([^\r\n\u2028\u2029)]*\))?)[ \t]*\{|^[ \t]*stage\(['"]/m,
  },
  {
    name: 'Drone',
    advice: steps,
    file: /(?:^|\/)\.drone\.ya?ml$/,
    text: /^kind:[ \t]*pipeline[ \t]*$/m,
    also: /^steps:/m,
    keys: (root) => textAt(root, 'kind') === 'pipeline' && (has(root, 'steps') || has(root, 'platform', 'clone')),
  },
  {
    name: 'Woodpecker',
    advice: steps,
    file: /(?:^|\/)\.woodpecker(?:\.ya?ml$|\/)/,
    keys: (root) =>
      someHave(get(root, 'steps'), 'commands') && someHave(get(root, 'steps'), 'image') && !has(root, 'kind'),
  },
  {
    name: 'Codefresh',
    advice: steps,
    file: /(?:^|\/)codefresh\.ya?ml$/,
    keys: (root) =>
      isMap(get(root, 'steps')) &&
      values(get(root, 'steps')).some((step) => /^(?:git-clone|freestyle|build|push)$/.test(textAt(step, 'type'))),
  },
  {
    name: 'Google Cloud Build',
    advice: steps,
    file: /(?:^|\/)cloudbuild\.(?:ya?ml|json)$/,
    keys: (root) =>
      isList(get(root, 'steps')) && values(get(root, 'steps')).some((step) => hasAll(step, 'name', 'args')),
  },
  {
    name: 'Buildkite',
    advice: steps,
    file: /(?:^|\/)\.buildkite\//,
    keys: (root) =>
      isList(get(root, 'steps')) &&
      !has(root, 'trigger', 'pool') &&
      (someHave(get(root, 'steps'), 'command', 'commands', 'label', 'block', 'plugins') ||
        values(get(root, 'steps')).some((step) => step.kind === 'scalar' && step.source === 'wait')),
  },
  {
    name: 'Travis CI',
    advice: steps,
    file: /(?:^|\/)\.travis\.ya?ml$/,
    keys: (root) => has(root, 'language') && has(root, 'script', 'install', 'before_install', 'jobs'),
  },
  {
    name: 'AppVeyor',
    advice: steps,
    file: /(?:^|\/)\.?appveyor\.ya?ml$/,
    keys: (root) => has(root, 'build_script', 'test_script', 'deploy_script'),
  },
  {
    name: 'AWS CodeBuild',
    advice: steps,
    file: /(?:^|\/)buildspec\.ya?ml$/,
    keys: (root) => someHave(get(root, 'phases'), 'commands'),
  },
  {
    name: 'Concourse',
    advice: steps,
    keys: (root) => isList(get(root, 'jobs')) && someHave(get(root, 'jobs'), 'plan'),
  },
  {
    name: 'GoCD',
    advice: steps,
    file: /\.gocd\.ya?ml$/,
    keys: (root) => hasAll(root, 'format_version', 'pipelines'),
  },
  {
    name: 'Semaphore',
    advice: steps,
    file: /(?:^|\/)\.semaphore\//,
    keys: (root) => isList(get(root, 'blocks')) && someHave(get(root, 'blocks'), 'task'),
  },
  {
    name: 'Docker Compose',
    advice: containers,
    file: /(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/,
    keys: (root) => someHave(get(root, 'services'), 'image', 'build', 'command', 'ports', 'volumes'),
  },
  {
    name: 'Helm',
    advice: containers,
    file: /(?:^|\/)Chart\.ya?ml$/,
    text: /\{\{-?[ \t]*(?:include\b|template\b|\.(?:Values|Chart|Release)\b)/,
    keys: (root) => hasAll(root, 'apiVersion', 'name', 'version') && !has(root, 'kind', 'tasks'),
  },
  {
    name: 'Docker',
    advice: 'write what it runs as a task with run; the image itself may stay what it is',
    file: /(?:^|\/)(?:Docker|Container)file[^/]*$/,
    text: /^FROM[ \t]+\S/m,
    also: /^(?:RUN|CMD|COPY|ENTRYPOINT|WORKDIR)\s/m,
    unless: /^VERSION\s+0/m,
  },
];

/** After all that say more with the same keys. */
export const clusters: readonly Format[] = [
  {
    name: 'Kubernetes',
    advice: containers,
    keys: (root) => hasAll(root, 'apiVersion', 'kind') && has(root, 'spec', 'data', 'metadata', 'rules', 'items'),
  },
];
