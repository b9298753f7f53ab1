// A live course whose pipelines are placed on runners, for the tests of placement from end to end.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { LiveState } from '../../src/domain/placement/live/state.ts';
import { courseFiles, organisation, startLive, type Live } from './start-live.ts';

const place = readFileSync(join(import.meta.dirname, '../../templates/course/.github/workflows/place.yml'), 'utf8');

export type PlacementCourse = {
  students: readonly string[];
  placer: string;
  /** Name → speed. */
  runners: Record<string, number>;
  nodes?: string;
};

/** `runners`: name → id. */
export type LivePlacement = Live & { runners: ReadonlyMap<string, number> };

export async function startPlacement({ students, placer, runners, nodes }: PlacementCourse): Promise<LivePlacement> {
  const live = await startLive({ students });
  const ids = new Map<string, number>();
  for (const [name, speed] of Object.entries(runners)) {
    const { id } = live.sandbox.admin.registerRunner({ owner: organisation, name, labels: [name], speed });
    ids.set(name, id);
  }
  await live.makeRepository('student-template', { 'README.md': 'A project\n' }, { is_template: true });
  await live.makeRepository('course', {
    ...courseFiles(students, `placement: { placer: ${placer}, window: 5s, nodes: nodes.yml }\n`),
    '.github/workflows/place.yml': place,
    'nodes.yml': nodes ?? 'nodes:\n  - { name: fast, worker_type: high-cpu, cpu_cores: 16, memory: 67108864 }\n',
  });
  live.install();
  await live.pass(10);
  return { ...live, runners: ids };
}

export async function checkOf(live: Live, repo: string, ref: string) {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    owner: organisation,
    repo,
    ref,
    check_name: 'placement',
  });
  return data.check_runs[0];
}

export async function queueOf(live: Live): Promise<LiveState | undefined> {
  return live.store.placements.queue(organisation);
}

/** Moves course time on without waiting for what runs. */
export function later(live: Live, seconds: number): void {
  live.clock.set(new Date(live.clock.now().getTime() + seconds * 1000));
}

/** Waits for what must come to be, however slow the machine is. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  return vi.waitFor(
    async () => {
      const found = await look();
      if (found === undefined) throw new Error('not yet');
      return found;
    },
    { timeout: 90_000, interval: 100 },
  );
}
