// Stand in for actions/upload-artifact and actions/download-artifact.
import { glob, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { matchesPatterns } from '../workflow/match-pattern.ts';
import { StepFailure, type StepContext } from '../workflow/job-types.ts';
import { unzipFiles, zipFiles } from '../machine/zip-files.ts';
import type { StandIn } from './stand-in.ts';

const FORBIDDEN_NAME = /["':<>|*?\r\n\\/]/;

export const uploadArtifact: StandIn = async (step, input) => {
  const name = input('name') || 'artifact';
  if (FORBIDDEN_NAME.test(name))
    throw new StepFailure(
      `The artifact name is not valid: ${name}. Contains one of the following characters: " : < > | * ? \\r \\n \\ /`,
    );
  const paths = lines(input('path'));
  if (paths.length === 0) throw new StepFailure('Input required and not supplied: path');
  const { root, files } = await findFiles(step.job.folders.workspace, paths, input('include-hidden-files') === 'true');
  if (files.length === 0) return nothingFound(step, input('path'), input('if-no-files-found'));
  const entries = await Promise.all(
    files.toSorted().map(async (file) => ({
      name: relative(root, file).split(sep).join('/'),
      data: await readFile(file),
      mode: (await stat(file)).mode,
    })),
  );
  const { id, digest, url } = await step.job.services.uploadArtifact({
    name,
    zip: zipFiles(entries),
    overwrite: input('overwrite') === 'true',
    retentionDays: Number(input('retention-days')) || undefined,
  });
  Object.assign(step.outputs, { 'artifact-id': String(id), 'artifact-digest': digest, 'artifact-url': url });
  step.job.log.write(`Artifact ${name} has been successfully uploaded! ${files.length} file(s). Artifact ID is ${id}`);
};

export const downloadArtifact: StandIn = async (step, input) => {
  const name = input('name');
  const pattern = input('pattern');
  const all = await step.job.services.downloadArtifacts({
    ...(input('repository') ? { repository: input('repository') } : {}),
    ...(input('run-id') ? { runId: Number(input('run-id')) } : {}),
    ...(input('github-token') ? { token: input('github-token') } : {}),
  });
  const chosen = all.filter((artifact) =>
    name ? artifact.name === name : !pattern || matchesPatterns(artifact.name, [pattern]),
  );
  if (name && chosen.length === 0)
    throw new StepFailure(`Unable to download artifact(s): Artifact not found for name: ${name}`);
  const target = resolve(step.job.folders.workspace, input('path') || '.');
  for (const artifact of chosen) {
    const folder = name || input('merge-multiple') === 'true' ? target : join(target, artifact.name);
    for (const entry of unzipFiles(artifact.zip)) {
      const file = resolve(folder, entry.name);
      if (!file.startsWith(folder + sep)) throw new StepFailure(`Malformed extraction path: ${entry.name}`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, entry.data);
    }
    step.job.log.write(`Artifact ${artifact.name} downloaded to ${folder}`);
  }
  step.outputs['download-path'] = target;
};

/** The files that match, and the folder their names are relative to: the lowest folder that holds every search path. */
async function findFiles(
  workspace: string,
  patterns: string[],
  hidden: boolean,
): Promise<{ root: string; files: string[] }> {
  const excluded = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => resolve(workspace, pattern.slice(1)));
  const searched = patterns.filter((pattern) => !pattern.startsWith('!')).map((pattern) => resolve(workspace, pattern));
  const files = new Set<string>();
  const roots: string[] = [];
  for (const pattern of searched) {
    const fixed = pattern.split(/[*?[]/)[0] ?? pattern;
    const info = await stat(pattern).catch(() => undefined);
    roots.push(info?.isDirectory() ? pattern : dirname(fixed === pattern ? pattern : `${fixed}x`));
    for await (const found of glob(info?.isDirectory() ? join(pattern, '**') : pattern)) await addFile(found, files);
  }
  const kept = [...files].filter(
    (file) => !excluded.some((pattern) => file === pattern || matchesPatterns(file, [pattern, `${pattern}/**`])),
  );
  const root = commonFolder(roots, workspace);
  return {
    root,
    files: kept.filter(
      (file) =>
        hidden ||
        !relative(root, file)
          .split(sep)
          .some((part) => part.startsWith('.')),
    ),
  };
}

async function addFile(found: string, files: Set<string>): Promise<void> {
  const info = await stat(found).catch(() => undefined);
  if (info?.isFile()) files.add(found);
  if (info?.isDirectory())
    for await (const inside of glob(join(found, '**'))) if ((await stat(inside)).isFile()) files.add(inside);
}

function commonFolder(folders: string[], fallback: string): string {
  const [first = fallback, ...others] = folders;
  let common = first.split(sep);
  for (const folder of others) {
    const parts = folder.split(sep);
    const differs = common.findIndex((part, at) => part !== parts[at]);
    if (differs !== -1) common = common.slice(0, differs);
  }
  return common.join(sep) || sep;
}

function nothingFound(step: StepContext, path: string, policy: string): void {
  const message = `No files were found with the provided path: ${path}. No artifacts will be uploaded.`;
  if (policy === 'error') throw new StepFailure(message);
  step.job.log.write(policy === 'ignore' ? message : `##[warning]${message}`);
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
