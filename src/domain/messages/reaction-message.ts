// The check run "reaction": what it would cost, how far it is, and what the release would do to the class.
import { plain } from '../text/escape.ts';
import { judgeRun, summarise, type Reacted, type Summary } from '../reaction/judge.ts';
import { atOnce, errorBound, mostMinutes, type Reaction } from '../reaction/reaction.ts';

export type ReactionWords = {
  conclusion: 'success' | 'failure' | 'neutral' | 'action_required' | 'cancelled';
  status?: 'queued' | 'in_progress';
  title: string;
  summary: string;
  actions?: { label: string; description: string; identifier: string }[];
};

export const reactionName = 'reaction';

/** The button of an offer. GitHub takes 20 characters for its label and 40 for what it says of it. */
const button = { label: 'Run it', description: 'Run every head against this release', identifier: 'react' };

export function describeReaction(reaction: Reaction, preferred?: string): ReactionWords {
  if (reaction.state === 'offered') return offer(reaction);
  if (reaction.state === 'superseded')
    return {
      conclusion: 'cancelled',
      title: 'Superseded by a newer commit',
      summary: 'What was running was stopped; the newer commit has a reaction of its own.',
    };
  const summary = summarise(reaction, preferred);
  const done = reaction.runs.filter(({ state }) => state === 'over').length;
  if (reaction.state === 'running') {
    const text = `${done} of ${reaction.runs.length} runs of ${plain(reaction.release)} in ${plain(reaction.challenge)} are over. Nobody is told but you.`;
    return {
      conclusion: 'neutral',
      status: 'in_progress',
      title: `${done} of ${reaction.runs.length} runs are over`,
      summary: text,
    };
  }
  return {
    // Whether the release teaches or breaks is the teacher's to say; that nothing could be told is not good.
    conclusion: summary.unknown === summary.looked ? 'action_required' : 'neutral',
    title: sayCounts(summary),
    summary: [
      `What **${plain(reaction.release)}** of **${plain(reaction.challenge)}** at this commit would do to the head of each student's pipeline. Nobody was told.`,
      '',
      ...sayBound(reaction, summary),
      ...tableOf(reaction, preferred),
      '',
      'Turn a knob and push: the new commit gets a reaction of its own. Nothing here decides about the merge.',
    ].join('\n'),
    actions: [{ ...button, label: 'Run it again' }],
  };
}

function offer({ challenge, release, students, runs, by }: Reaction): ReactionWords {
  const many = runs.length;
  const minutes = many * mostMinutes;
  const where =
    by === 'queue'
      ? 'through the queue of the course’s own runners, in turn with what students submit'
      : `on GitHub’s runners, ${atOnce} at a time`;
  const price =
    by === 'queue'
      ? 'They cost no Actions minutes.'
      : `They cost at most ${minutes} Actions minutes; usually far less: a run takes twice as long as the pipeline.`;
  const sampled =
    many < students
      ? [
          `The class has ${students}: ${many} are drawn, and a share will be known to ±${percent(errorBound(many, students))} points of a hundred.`,
        ]
      : [];
  return {
    conclusion: 'neutral',
    title: `Would take ${many} run${many === 1 ? '' : 's'}${by === 'queue' ? '' : `, at most ${minutes} Actions minutes`}`,
    summary: [
      `What would **${plain(release)}** of **${plain(challenge)}** do to the class? Every student’s pipeline can be run against it, and nobody is told.`,
      '',
      `${many} run${many === 1 ? '' : 's'}, ${where}; each is ended after ${mostMinutes} minutes. ${price}`,
      ...sampled,
      '',
      'To start it, press **Run it** above, or comment `/reaction` on this pull request (`/reaction all`, or `/reaction 20`, says how many are looked at).',
    ].join('\n'),
    actions: [button],
  };
}

/** `31 of 40 stay green, 6 lose more than 10 points of accuracy, 3 break: …` */
export function sayCounts({ looked, green, loses, breaks, unknown, metric, messages }: Summary): string {
  const parts = [`${green} of ${looked} stay${green === 1 ? 's' : ''} green`];
  if (loses > 0) parts.push(`${loses} lose${loses === 1 ? 's' : ''} more than 10 points of ${metric}`);
  const [first] = messages;
  if (unknown > 0) parts.push(`${unknown} ${unknown === 1 ? 'is' : 'are'} not known`);
  if (breaks > 0)
    parts.push(
      `${breaks} break${breaks === 1 ? 's' : ''}${first ? `: \`${first.message.replaceAll('`', "'")}\`` : ''}`,
    );
  return parts.join(', ');
}

function sayBound({ students }: Reaction, { looked, unknown, uncompared }: Summary): string[] {
  const lines: string[] = [];
  const bound = errorBound(looked - unknown, students);
  if (looked < students)
    lines.push(
      `${looked} of ${students} were drawn. Of the class these shares are known to ±${percent(bound)} points of a hundred (95 of 100 samples).`,
    );
  if (unknown > 0) lines.push(`Of ${unknown} nothing is known; they count neither as green nor as broken.`);
  if (uncompared > 0)
    lines.push(
      `Of ${uncompared} that stay green no metric is known before and after: whether they lose cannot be told.`,
    );
  return lines.length > 0 ? [...lines, ''] : [];
}

function percent(share: number): number {
  return Math.ceil(100 * share);
}

const mostRows = 100;
const rank: Record<Reacted['kind'], number> = { breaks: 0, loses: 1, unknown: 2, green: 3 };

function tableOf({ runs }: Reaction, preferred?: string): string[] {
  const rows = runs
    .map((run) => ({ run, reacted: judgeRun(run, preferred) }))
    .toSorted((a, b) => rank[a.reacted.kind] - rank[b.reacted.kind] || (a.run.owner < b.run.owner ? -1 : 1));
  const shown = rows.slice(0, mostRows).map(({ run, reacted }) => `| ${plain(run.owner)} | ${sayReacted(reacted)} |`);
  const more = rows.length > mostRows ? [`| … | ${rows.length - mostRows} more |`] : [];
  return ['| | |', '|---|---|', ...shown, ...more];
}

function sayReacted(reacted: Reacted): string {
  const by = (change: number): string => `${change > 0 ? '+' : ''}${Math.round(change * 10) / 10}`;
  switch (reacted.kind) {
    case 'breaks':
      return `breaks: ${plain(reacted.message)}`;
    case 'unknown':
      return `not known: ${plain(reacted.why)}`;
    default:
      return reacted.metric === undefined || reacted.change === undefined
        ? 'stays green'
        : `${reacted.kind === 'loses' ? 'loses' : 'stays green'}: ${reacted.metric} ${by(reacted.change)} points`;
  }
}
