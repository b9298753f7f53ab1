// The check run "placement" in words: position, reason, and a Gantt that needs no picture.
import { inTurn } from './shares.ts';
import {
  isActive,
  isOver,
  isWaiting,
  placerOf,
  type LivePipeline,
  type LiveState,
  type LiveTask,
  type Seconds,
} from './state.ts';

export type Report = {
  status: 'queued' | 'in_progress' | 'completed';
  conclusion?: 'success' | 'failure' | 'cancelled' | 'action_required';
  title: string;
  summary: string;
};

/** A changed position alone is said again only after so many seconds, and rarer the more are waiting: writes to GitHub are counted. */
const quiet = (waiting: number): number => Math.max(60, 5 * waiting);

/** A report for every pipeline whose report would say something new; the draft remembers what was said. */
export function reportPipelines(draft: LiveState, at: Seconds): { id: string; report: Report }[] {
  const waiting = inTurn(draft, draft.pipelines.filter(isWaiting), at);
  const position = new Map(waiting.map((entry, index) => [entry.id, index + 1]));
  return draft.pipelines.flatMap((entry) => {
    if (isOver(entry) && entry.reported?.text.startsWith(entry.status)) return [];
    const report = describe(entry, position.get(entry.id), waiting.length, draft);
    const said = `${entry.status} ${stages(entry)} ${report.title}`;
    const sameStage = entry.reported?.text.startsWith(`${entry.status} ${stages(entry)} `) === true;
    if (entry.reported?.text === said || (sameStage && at - (entry.reported?.at ?? 0) < quiet(waiting.length)))
      return [];
    entry.reported = { text: said, at };
    return [{ id: entry.id, report }];
  });
}

function stages(entry: LivePipeline): string {
  return entry.tasks.map(({ task, attempt, status }) => `${task}#${attempt}=${status}`).join(',') || '-';
}

function describe(entry: LivePipeline, position: number | undefined, waiting: number, state: LiveState): Report {
  const summary = [
    `**${code(entry.title)}**, placed by ${code(placerOf(state, entry))}.`,
    describeReason(entry, state, code),
    drawBars(entry),
    ...(state.settings.notes ?? []).map((note) => `Note: ${code(note)}`),
  ];
  const text = summary.filter((part) => part !== '').join('\n\n');
  if (isOver(entry)) return { status: 'completed', ...conclude(entry), summary: text };
  if (position !== undefined)
    return { status: 'queued', title: `Number ${position} of ${waiting} waiting`, summary: text };
  const done = entry.tasks.filter((task) => task.status === 'succeeded').length;
  const now = entry.tasks.filter(isActive).map((task) => `${task.task} on ${task.node}`);
  const next = now.length > 0 ? now.join(', ') : 'waiting for a node';
  return {
    status: 'in_progress',
    title: `${done} of ${entry.pipeline.tasks.length} tasks done; ${next}`,
    summary: text,
  };
}

function conclude(
  entry: LivePipeline,
): Pick<Report, 'conclusion' | 'title'> & { conclusion: NonNullable<Report['conclusion']> } {
  const took = Math.round((entry.finishedAt ?? 0) - entry.pipeline.submitted);
  const wait = Math.round((entry.scheduledAt ?? entry.finishedAt ?? 0) - entry.pipeline.submitted);
  if (entry.status === 'succeeded')
    return { conclusion: 'success', title: `Finished after ${took} s, ${wait} s of them waiting` };
  if (entry.status === 'cancelled') {
    const replaced = entry.reason?.startsWith('superseded ') === true;
    return { conclusion: 'cancelled', title: replaced ? 'Superseded by a newer commit' : 'Cancelled' };
  }
  if (entry.status === 'refused') {
    const full = entry.reason?.includes('in the queue, as many as one may') === true;
    return { conclusion: 'action_required', title: full ? 'Too many of yours wait' : 'Cannot be placed' };
  }
  return { conclusion: 'failure', title: 'A task failed' };
}

/** Why it stands where it stands, or an empty text. `word` marks names and reasons as the text needs it. */
export function describeReason(
  entry: LivePipeline,
  state: LiveState,
  word: (text: string) => string = (text) => text,
): string {
  if (entry.reason !== undefined) return `${word(entry.reason)}.`;
  if (entry.status === 'queued' && !state.runners) return 'Waiting for the list of runners.';
  const online = (state.runners ?? []).filter((runner) => runner.online).length;
  if (online === 0 && !isOver(entry)) return 'No runner is online. The pipeline starts when one is back.';
  if (entry.status === 'queued') return 'Waiting for the next placing.';
  if (entry.status !== 'placed') return '';
  const nodes = [...new Set((entry.plan ?? []).map(({ node }) => word(node)))];
  return nodes.length > 0
    ? `Waiting until ${nodes.join(', ')} ${nodes.length > 1 ? 'are' : 'is'} free.`
    : `Waiting for one of ${online} runners that suits its first task.`;
}

/** Tasks as bars of text, from the first dispatch to the last known end. */
function drawBars(entry: LivePipeline): string {
  if (entry.tasks.length === 0) return '';
  const width = 40;
  const first = Math.min(...entry.tasks.map((task) => task.dispatchedAt));
  const last = Math.max(first + 1, ...entry.tasks.map(expectedEnd));
  const place = (time: Seconds): number => Math.round(((time - first) / (last - first)) * width);
  const lines = entry.tasks.map((task) => {
    const from = place(task.dispatchedAt);
    const sign = task.status === 'succeeded' ? '█' : isActive(task) ? '▒' : '×';
    const bar = ' '.repeat(from) + sign.repeat(Math.max(1, place(expectedEnd(task)) - from));
    const again = task.attempt > 1 ? ` (attempt ${task.attempt})` : '';
    return `${task.task.slice(0, 24).padEnd(24)} ${bar.padEnd(width + 1)} ${task.node} ${task.status}${again}`;
  });
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
}

/** When a task ended, or is expected to. */
export function expectedEnd(task: LiveTask): Seconds {
  return task.endedAt ?? (task.startedAt ?? task.dispatchedAt) + (isActive(task) ? task.expected : 0);
}

/** Names and reasons as code: no mention, link or heading can come of them. */
function code(text: string): string {
  return `\`${text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll('`', "'")
    .slice(0, 300)}\``;
}
