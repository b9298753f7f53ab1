// The scratch repository goes, whatever it is called by now, and however long GitHub asks us to wait.
import { type Asked, Halt, type Scene, type Seen } from './scene.ts';

const attempts = 6;
const longestWaitSeconds = 600;

/** `waitSeconds`: as long as GitHub asked us to. Where its making was not answered, it may come late: it is looked for again. */
export async function removeScratch(scene: Scene, seen: Seen, waitSeconds: number): Promise<void> {
  let wait = waitSeconds;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    await pause(scene, Math.min(wait, longestWaitSeconds));
    try {
      seen['removed'] = await remove(scene);
      seen['gone'] = await look(scene);
      const isUncertain = scene.known.repositoryId === undefined && attempt < 2;
      if (seen['gone'] === '404 Not Found' && !isUncertain) return;
      wait = 2 ** attempt;
    } catch (error) {
      if (!(error instanceof Halt)) throw error;
      seen['removed'] = error.outcome;
      wait = error.waitSeconds || 2 ** attempt;
    }
  }
}

/** By the name that it has now: it may have been renamed. */
async function remove(scene: Scene): Promise<string> {
  const { ask, as, owner, repo, known } = scene;
  const found = known.repositoryId === undefined ? undefined : await find(scene);
  const name = (found?.data as { name?: string } | undefined)?.name ?? repo;
  return (await ask(() => as('provision').rest.repos.delete({ owner, repo: name }))).outcome;
}

async function look(scene: Scene): Promise<string> {
  return (await find(scene)).outcome;
}

function find({ ask, as, owner, repo, known }: Scene): Promise<Asked<unknown>> {
  const octokit = as('provision');
  const id = known.repositoryId;
  return ask<unknown>(() =>
    id === undefined ? octokit.rest.repos.get({ owner, repo }) : octokit.request('GET /repositories/{id}', { id }),
  );
}

async function pause({ sleep }: Scene, seconds: number): Promise<void> {
  if (seconds > 0) await sleep(seconds);
}
