// A comment with /place or /unplace on a pull request → the queue, answered by a reaction and the check run *placement*.
import { placers } from '../domain/placement/placers.ts';
import { readCommand } from '../domain/placement/read-command.ts';
import { suggest } from '../domain/suggest.ts';
import type { Outside } from '../ports.ts';
import { inForce } from './in-force.ts';
import { placedChallenge, refusal, submitJob, withdrawJob } from './place-pipeline.ts';

export type Comment = {
  organisation: string;
  repository: string;
  pull: number;
  comment: number;
  body: string;
  login: string;
};

export async function answerComment(outside: Outside, said: Comment): Promise<void> {
  const { organisation, repository } = said;
  const wanted = readCommand(said.body);
  if (!wanted) return;
  const { store, clock } = outside;
  const found = await inForce(store, organisation);
  if (!found || !placedChallenge(found, repository)) return;
  const { placements, checkRuns, staff } = outside.github(found.record);
  const answer = (reaction: '+1' | '-1' | 'confused'): Promise<void> =>
    placements.react(repository, said.comment, reaction);
  if (!(await staff.mayWrite(repository, said.login))) return answer('-1');
  const commit = await placements.pullHead(repository, said.pull);
  // Whoever may write here could push the commits of a fork; nobody else's code runs on the course's machines.
  if (commit === undefined) return answer('-1');
  if (wanted.command === 'unplace') {
    await store.enqueue([withdrawJob({ organisation, repository, by: said.login }, clock.now())]);
    return answer('+1');
  }
  const { placer } = wanted;
  const names = placers.map(({ name }) => name);
  if (placer !== undefined && !names.includes(placer)) {
    const near = suggest(placer, names);
    const text = `There is no placer \`${placer}\`${near ? `; did you mean \`${near}\`?` : '.'} Known: ${names.join(', ')}.`;
    await checkRuns.publish(repository, refusal(commit, 'There is no such placer', text));
    return answer('confused');
  }
  const asked = `c${said.comment}`;
  await store.enqueue([
    submitJob({ organisation, repository, commit, asked, ...(placer ? { placer } : {}) }, clock.now()),
  ]);
  return answer('+1');
}
