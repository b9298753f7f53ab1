// A world from a YAML file; paths in it are relative to that file.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { WorldPlan } from './plan.ts';

/** As a WorldPlan, with the manifest of the App and folders of repositories as paths. */
export async function readWorld(file: string): Promise<WorldPlan> {
  const plan = parse(await readFile(file, 'utf8')) as WorldPlan | null;
  if (typeof plan?.organisation !== 'string') throw new Error(`${file} names no organisation`);
  const known = ['organisation', 'owner', 'members', 'outsiders', 'teams', 'repositories', 'app'];
  const strange = Object.keys(plan).filter((key) => !known.includes(key));
  if (strange.length > 0) throw new Error(`${file} has unknown keys: ${strange.join(', ')}`);
  const at = (path: string): string => resolve(dirname(file), path);
  return {
    ...plan,
    repositories: (plan.repositories ?? []).map((repository) =>
      repository.folder === undefined ? repository : { ...repository, folder: at(repository.folder) },
    ),
    ...(plan.app ? { app: { ...plan.app, manifest: await readFile(at(plan.app.manifest), 'utf8') } } : {}),
  };
}
