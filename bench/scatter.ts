// What not knowing durations costs: earliest_finish, the same where it is told what will happen, and HEFT, which is told as well.
// `node bench/scatter.ts [FROM TO]`: draws of the 27 instances; from 100 on their pipelines are new as well.
import { defaultHeuristics } from '../src/domain/placement/model/heuristics.ts';
import { modelDuration, type Estimator } from '../src/domain/placement/model/estimate-duration.ts';
import type { TaskPlacer } from '../src/domain/placement/model/placer.ts';
import { earliestFinish } from '../src/domain/placement/placers/place-earliest-finish.ts';
import { generateWorkload } from '../src/domain/placement/simulation/generate-workload.ts';
import { simulate, type Simulation } from '../src/domain/placement/simulation/simulate.ts';
import { varyDurations } from '../src/domain/placement/simulation/vary-durations.ts';
import { scheduleHeft } from './reference/heft.ts';
import { listInstances, toWork, type Instance } from './reference/instances.ts';

const [from = 1, to = from + 7] = process.argv.slice(2).map(Number);

function draw(number: number): Instance[] {
  return listInstances(0).map((instance, at) => {
    const seed = 1000 * number + at;
    const pipelines = number < 100 ? instance.pipelines : generateWorkload(instance.pipelines.length, seed);
    return { ...instance, pipelines, durationOf: varyDurations(modelDuration, 0.2, seed) };
  });
}

/** The same placer, to which the durations that will be are the ones that it expects. */
function told({ durationOf, nodes }: Instance): TaskPlacer {
  const ends = new Map<string, number>();
  const factor = (...[pipeline, task]: Parameters<Estimator['split']>): number =>
    durationOf(pipeline, task, nodes[0]!, false) / modelDuration(pipeline, task, nodes[0]!, false);
  return {
    name: 'told',
    reserves: 'task',
    choose: (situation) => {
      const { now, estimator } = situation;
      const split: Estimator['split'] = (pipeline, task) => {
        const { accelerated, plain } = estimator.split(pipeline, task);
        return { accelerated: accelerated * factor(pipeline, task), plain: plain * factor(pipeline, task) };
      };
      const shortest: Estimator['shortest'] = (pipeline, task) => Math.min(...Object.values(split(pipeline, task)));
      const busy = new Map<string, number>();
      const pipelines = situation.pipelines.map(({ pipeline, tasks }) => {
        const known = [...tasks].map(([name, state]) => {
          const end = ends.get(`${pipeline.name} ${name}`)!;
          if (!state.done) busy.set(state.node, end);
          // Without a start nothing is made of how long it has run.
          return [name, { ...state, start: state.done ? now : end, end }] as const;
        });
        return { pipeline, tasks: new Map(known) };
      });
      const lines = situation.nodes.map((line) => ({ ...line, freeAt: busy.get(line.node.name) ?? now }));
      const starts = earliestFinish.choose({
        ...situation,
        nodes: lines,
        pipelines,
        estimator: { split, shortest, estimate: durationOf },
      });
      for (const start of starts) {
        const { pipeline, tasks } = pipelines.find((entry) => entry.pipeline.name === start.pipeline)!;
        const task = pipeline.tasks.find(({ name }) => name === start.task)!;
        const { node } = lines.find((line) => line.node.name === start.node)!;
        const moved = task.after.some((name) => tasks.get(name)?.node !== start.node);
        ends.set(`${pipeline.name} ${task.name}`, now + durationOf(pipeline, task, node, moved));
      }
      return starts;
    },
  };
}

function play({ pipelines, nodes, durationOf }: Instance, placer: TaskPlacer): Simulation {
  return simulate({ pipelines, nodes, placer, durationOf, seed: 1, window: 0, tick: 0, heuristics: defaultHeuristics });
}

type Row = { own: number; told: number; heft: number; four: boolean; turnaround: number };
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function measure(instance: Instance): Row {
  const { makespan, turnaround } = play(instance, earliestFinish);
  const knowing = play(instance, told(instance)).makespan;
  const heft = Math.max(...scheduleHeft(toWork(instance), instance.nodes.length).map(({ end }) => end)) / 1000;
  const best = Math.min(knowing, heft);
  const four = instance.nodes.length === 4;
  return { own: makespan / best, told: knowing / best, heft: heft / best, four, turnaround: turnaround.mean };
}

function show(label: string, rows: readonly Row[]): void {
  const of = (key: 'own' | 'told' | 'heft'): string => mean(rows.map((row) => row[key])).toFixed(3);
  const four = mean(rows.filter((row) => row.four).map((row) => row.own)).toFixed(3);
  const turnaround = mean(rows.map((row) => row.turnaround)).toFixed(0);
  console.log(`| ${[label, of('own'), four, of('told'), of('heft'), turnaround].join(' | ')} |`);
}

console.log('Makespans over the better one of the two that are told:\n');
console.log('| draw | earliest_finish | on 4 nodes | told | HEFT, told | mean turnaround s |');
console.log('|---|---:|---:|---:|---:|---:|');
const all = Array.from({ length: to - from + 1 }, (_, at) => {
  const rows = draw(from + at).map(measure);
  show(String(from + at), rows);
  return rows;
});
show('all', all.flat());
