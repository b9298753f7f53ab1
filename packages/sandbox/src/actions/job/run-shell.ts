// `run:` steps: the script in a file, the shell GitHub would take, the output read for workflow commands.
import { randomUUID } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { evaluateValue, interpolate } from '../workflow/evaluate-expression.ts';
import { StepFailure, type StepContext } from '../workflow/job-types.ts';
import { stepScope } from './make-environment.ts';
import { asMap, type JsonMap } from '../workflow/read-workflow.ts';
import { runProcess } from '../machine/run-process.ts';
import { readCommands } from '../workflow/workflow-commands.ts';

type Shell = { command: string; args: string[]; extension: string };

const SHELLS: Record<string, Shell> = {
  bash: { command: 'bash', args: ['--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' },
  sh: { command: 'sh', args: ['-e', '{0}'], extension: '.sh' },
  python: { command: 'python', args: ['{0}'], extension: '.py' },
};

export async function runShell(step: StepContext): Promise<void> {
  const { job, definition } = step;
  const scope = stepScope(job, step.frame, step.env);
  const defaults = runDefaults(step, scope);
  const named = definition.shell ?? defaults['shell'];
  const shell = await chooseShell(
    named === undefined ? undefined : interpolate(String(named), scope),
    step.env['PATH'] ?? '',
  );
  const script = interpolate(definition.run ?? '', scope);
  const file = join(job.folders.temp, `${randomUUID()}${shell.extension}`);
  await writeFile(file, script.endsWith('\n') ? script : `${script}\n`);
  const folder = interpolate(String(definition.workingDirectory ?? defaults['working-directory'] ?? '.'), scope);
  const cwd = resolve(job.folders.workspace, folder);
  await access(cwd).catch((cause: unknown) => {
    throw new StepFailure(
      `An error occurred trying to start process '${shell.command}' with working directory '${cwd}'. No such file or directory`,
      { cause },
    );
  });
  logCommand(step, script, shell);
  await runReadingCommands(step, {
    command: shell.command,
    args: shell.args.map((arg) => arg.replace('{0}', file)),
    cwd,
  });
}

/** Runs a program of a step; its output may carry workflow commands. A code other than 0 fails the step. */
export async function runReadingCommands(
  step: StepContext,
  program: { command: string; args: string[]; cwd: string },
): Promise<void> {
  const { job } = step;
  const onLine = readCommands({
    log: (line) => job.log.write(line),
    mask: (secret) => job.log.mask(secret),
    annotate: (annotation) => job.annotations.push({ ...annotation, message: job.log.hide(annotation.message) }),
    setOutput: (name, value) => (step.outputs[name] = value),
    saveState: (name, value) => (step.state[name] = value),
  });
  const code = await runProcess({ ...program, env: step.env, onLine, signal: step.signal });
  if (step.signal.aborted) return;
  if (code !== 0) throw new StepFailure(`Process completed with exit code ${code ?? 137}.`);
}

function runDefaults(step: StepContext, scope: ReturnType<typeof stepScope>): JsonMap {
  if (step.frame.action) return {};
  const workflow = asMap(step.job.workflowDefaults['run']);
  return asMap(evaluateValue({ ...workflow, ...asMap(step.job.definition.defaults['run']) }, scope));
}

async function chooseShell(named: string | undefined, path: string): Promise<Shell> {
  if (named === undefined) {
    // GitHub's own fallback: bash without pipefail where there is one, sh otherwise.
    return (await isOnPath('bash', path))
      ? { command: 'bash', args: ['-e', '{0}'], extension: '.sh' }
      : (SHELLS['sh'] as Shell);
  }
  const known = SHELLS[named];
  if (known) return known;
  const [command, ...args] = named.split(/\s+/);
  if (!command || !args.some((arg) => arg.includes('{0}'))) {
    throw new StepFailure(
      `Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'`,
    );
  }
  return { command, args, extension: '' };
}

async function isOnPath(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(delimiter)) {
    if (
      await access(join(folder, program)).then(
        () => true,
        () => false,
      )
    )
      return true;
  }
  return false;
}

function logCommand(step: StepContext, script: string, shell: Shell): void {
  const { log } = step.job;
  log.write(`##[group]Run ${script.trim().split('\n')[0] ?? ''}`);
  for (const line of script.trimEnd().split('\n')) log.write(`\u001B[36;1m${line}\u001B[0m`);
  log.write(`shell: ${[shell.command, ...shell.args].join(' ')}`);
  for (const key of Object.keys(step.definition.env)) log.write(`  ${key}: ${step.env[key] ?? ''}`);
  log.write('##[endgroup]');
}
