// A queue of placed pipelines in the middle of its work: two ended, one failed, one runs, two wait, and a runner is gone.
import type { LiveEvent } from '../../src/domain/placement/live/events.ts';
import { defaultHeuristics } from '../../src/domain/placement/model/heuristics.ts';
import { startLive, type LiveState } from '../../src/domain/placement/live/state.ts';
import { decide, nextWake } from '../../src/domain/placement/live/advance.ts';
import type { Sample } from '../../src/domain/placement/results/export-results.ts';
import type { Kind, Pipeline, Task } from '../../src/domain/placement/model/pipeline.ts';
import type { Store } from '../../src/ports/store.ts';
import { midTerm, organisation } from './fill-course.ts';

const begin = midTerm.getTime() / 1000 - 1200;
const task = (name: string, kind: Kind, after: string[]): Task => ({ name, kind, after, effort: 1e9, memoryKb: 1000 });
const pipeline: Pipeline = {
  name: '',
  model: 'random_forest',
  tasks: [task('prepare', 'preprocessing', []), task('train', 'training', ['prepare'])],
  sizes: { original: 1000, preprocessed: 1000 },
  effort: 2e9,
  submitted: 0,
};
const settings = {
  placer: 'earliest_finish',
  nodes: [{ name: 'large', worker_type: 'high-cpu', architecture: 'amd64', cpu_cores: 16, n_cpu_flags: 0 }].map(
    (node) => ({ ...node, memory: 64 * 1024 ** 2, memory_usage: 0, accelerator: 'none', ready: true }),
  ),
  heuristics: defaultHeuristics,
  window: 10,
  lostAfter: 300,
  pickupWithin: 600,
  attempts: 3,
  notes: ['nodes.yml says <b>nothing</b> of the runner "small"'],
};

type Due = { at: number; event: LiveEvent };

/** What is due happens in order of time until the clock stops; each started task takes two minutes, and hostile training fails. */
function play(agenda: Due[], until: number): { state: LiveState; samples: Sample[] } {
  let state = startLive(settings, 1);
  const samples: Sample[] = [];
  for (let run = 1; ;) {
    agenda.sort((a, b) => a.at - b.at);
    const due = agenda.shift();
    if (!due || due.at > until) return { state, samples };
    const decided = decide(state, [due.event], new Date(due.at * 1000));
    state = decided.state;
    for (const action of decided.actions) {
      if (action.type === 'sample') samples.push({ ...action, at: due.at });
      if (action.type !== 'dispatch') continue;
      const job = { type: 'job', dispatch: action.id, runId: run, jobId: run++ } as const;
      const [from, to] = [due.at + 5, due.at + 125];
      const conclusion = action.id.startsWith('<') && action.task === 'train' ? 'failure' : 'success';
      agenda.push({ at: from, event: { ...job, action: 'in_progress', runner: action.node, at: from } });
      agenda.push({ at: to, event: { ...job, action: 'completed', conclusion, at: to } });
    }
    const wake = nextWake(state, new Date(due.at * 1000));
    if (wake) agenda.push({ at: wake.getTime() / 1000, event: { type: 'tick' } });
  }
}

export async function fillPlacement(store: Store): Promise<LiveState> {
  const runner = (name: string, online = true) => ({ name, online, busy: false, labels: ['self-hosted', name] });
  const runners = [runner('large'), runner('small'), runner('gone', false)];
  const submit = (id: string, at: number, placer?: string): Due => {
    return { at, event: { type: 'submitted', id, title: id, pipeline, at, ...(placer ? { placer } : {}) } };
  };
  const end = midTerm.getTime() / 1000;
  const agenda: Due[] = [
    { at: begin, event: { type: 'runners', runners, at: begin } },
    submit('weather-ada-l-c0ffee0', begin),
    submit('</title><script>alert(1)</script>', begin),
    submit('weather-carl-g-badcafe', begin + 60),
    submit('weather-emmy-n-1234567', end - 100, 'custom'),
    submit('weather-george-b-7654321', end - 100, 'custom'),
    submit('weather-ada-l-1111111', end - 90, 'custom'),
  ];
  const { state, samples } = play(agenda, end);
  await store.transaction(async ({ placements }) => {
    await placements.lockQueue(organisation);
    await placements.saveQueue(organisation, state);
    await placements.addSamples(organisation, samples);
    const submission = { id: 'weather-ada-l-c0ffee0', repository: 'weather-ada-l', commit: 'c0ffee0'.padEnd(40, '1') };
    await placements.saveSubmission(organisation, { ...submission, file: 'pipeline.yml' });
  });
  return state;
}
