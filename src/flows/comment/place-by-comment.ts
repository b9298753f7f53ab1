// `/place` and `/unplace` on a pull request: its head goes into the queue or out of it, answered by a reaction and the check run *placement*.
import { placers } from '../../domain/placement/placers/placers.ts';
import { suggest } from '../../domain/text/suggest.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StaffCommand } from './authorise-staff.ts';
import { placedChallenge, refusal, submitJob, withdrawJob } from '../placement/place-pipeline.ts';

export async function placeByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const asked = await hear(ports, heard);
  if (!asked) return;
  const { organisation, repository, number, comment, words, found } = heard;
  const high = words.at(-1) === 'high';
  const [placer, ...more] = high ? words.slice(0, -1) : words;
  const tell = (title: string, text: string): Promise<unknown> =>
    asked.github.checkRuns.publish(repository, refusal(asked.commit, title, text));
  const wrong = whatIsWrong(placer, more);
  if (wrong !== undefined) {
    await tell('There is no such placer', wrong);
    return asked.answer('confused');
  }
  // Another placer or class would pass everybody who waits: both are the staff's to give.
  const chooses = placer !== undefined || high;
  if (chooses && !(await asked.github.staff.mayWrite(found.record.repository, comment.login))) {
    await tell(
      'Only the staff chooses',
      'Only the staff chooses a placer or a class. Write `/place` alone on its line.',
    );
    return asked.answer('-1');
  }
  const submission = {
    organisation,
    repository,
    commit: asked.commit,
    asked: `c${comment.id}`,
    branch: `pull/${number}`,
  };
  const chosen = { ...(placer ? { placer } : {}), ...(high ? { priority: 'high' as const } : {}) };
  await ports.store.enqueue([submitJob({ ...submission, ...chosen }, ports.clock.now())]);
  await asked.answer('+1');
}

export async function unplaceByComment(ports: FlowPorts, heard: StaffCommand): Promise<void> {
  const asked = await hear(ports, heard);
  if (!asked) return;
  const { organisation, repository, comment } = heard;
  await ports.store.enqueue([withdrawJob({ organisation, repository, by: comment.login }, ports.clock.now())]);
  await asked.answer('+1');
}

type Asked = {
  commit: string;
  github: ReturnType<FlowPorts['github']>;
  answer: (reaction: '+1' | '-1' | 'confused') => Promise<void>;
};

/** Undefined where it is not about placement, or where somebody asks who may not. */
async function hear(ports: FlowPorts, heard: StaffCommand): Promise<Asked | undefined> {
  const { repository, number, onPull, comment, found } = heard;
  if (!onPull || !placedChallenge(found, repository)) return undefined;
  const github = ports.github(found.record);
  const { placements, staff } = github;
  const commit = (await staff.mayWrite(repository, comment.login))
    ? await placements.pullHead(repository, number)
    : undefined;
  // Whoever may write here could push the commits of a fork; nobody else's code runs on the course's machines.
  if (commit !== undefined)
    return { commit, github, answer: (reaction) => placements.react(repository, comment.id, reaction) };
  await placements.react(repository, comment.id, '-1');
  return undefined;
}

function whatIsWrong(placer: string | undefined, more: readonly string[]): string | undefined {
  const names = placers.map(({ name }) => name);
  if (placer === undefined || (names.includes(placer) && more.length === 0)) return undefined;
  const near = suggest(placer, names);
  const meant = near === undefined || near === placer ? '' : ` Did you mean \`${near}\`?`;
  return `The command is \`/place\`, for the staff also \`/place PLACER\` with one of ${names.join(', ')}, alone on its line.${meant}`;
}
