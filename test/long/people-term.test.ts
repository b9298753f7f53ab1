// A term in which more than forty things happen to sixty students, and GitHub's state is what the course wants at its end.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAt } from '../cli/run-command.ts';
import { org } from '../flows/start-course.ts';
import { comparable, foundStates, wantedStates, type State } from './people/compare.ts';
import { aboutTheCourse, makeTeam } from './people/incidents-course.ts';
import { aboutPeople, type Incident } from './people/incidents-people.ts';
import { aboutRepositories } from './people/incidents-repositories.ts';
import { drawing, size, startClass, type Class } from './people/world.ts';

const seed = Number(process.env['TERM_SEED'] ?? 7);
const incidents: readonly Incident[] = [...aboutPeople, ...aboutRepositories, ...aboutTheCourse];
/** After the deadline of the short challenge, before the last release: what follows of an incident ends in time. */
const [firstDay, lastDay, endDay] = [7, 15, 34];

let world: Class;
let found: Map<string, State>;

beforeAll(async () => {
  world = await startClass(seed);
  await makeTeam(world);
  const days = Map.groupBy(
    drawing(seed + 2)(incidents).map((incident, at) => [incident, at] as const),
    ([, at]) => firstDay + (at % (lastDay - firstDay)),
  );
  const follow = new Map<number, (() => Promise<void>)[]>();
  await world.course.advance(3);
  let today = 0;
  for (let day = 1; day <= endDay; day++) {
    const [due, begins] = [follow.get(day) ?? [], days.get(day) ?? []];
    if (due.length + begins.length === 0 && day < endDay) continue;
    await world.course.advance(24 * (day - today));
    today = day;
    for (const after of due) await after();
    for (const [{ kind, act }] of begins) {
      if (process.env['TERM_LOG'])
        process.stderr.write(
          `${performance.now() | 0} day ${day}: ${kind}; parked: ${(await world.course.store.parkedJobs()).map(({ key, lastError }) => `${key} ${lastError}`).join('; ')}\n`,
        );
      const more = await act(world).catch((cause: unknown) => {
        throw new Error(`on day ${day}: ${kind}`, { cause });
      });
      if (more) follow.set(day + more.days, [...(follow.get(day + more.days) ?? []), more.after]);
    }
  }
  found = await foundStates(world);
});
afterAll(() => world?.course.stop());

test('more than forty things of more than twenty kinds happened to sixty students', () => {
  expect(world.students).toHaveLength(size);
  expect(incidents.length).toBeGreaterThanOrEqual(40);
  expect(new Set(incidents.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20);
});

test('every repository has the people, rights, visibility and data that roster and course.yml ask for', () => {
  expect(comparable(found, world)).toEqual(comparable(wantedStates(world), world));
});

test('what could not be mended is on the dashboard, in `practicum status`, and nothing else is', async () => {
  const page = (await (await fetch(`${world.course.url}/${org}`)).text()).replaceAll(/<[^>]*>/g, ' ');
  const status = await runAt(world.course.clock.now(), { DATABASE_URL: world.course.databaseUrl }, 'status');
  for (const { words, repo = '', kind } of world.standing) {
    const line = (text: string): string | undefined =>
      text.split('\n').find((candidate) => candidate.includes(repo) && words.test(candidate));
    expect(line(status.out), `${kind} ${repo} in status`).toBeDefined();
    expect(page, `${kind} ${repo} on the dashboard`).toMatch(words);
  }
  const told = await world.course.store.studentRepositories(org);
  const differing = told
    .filter(({ differences = [] }) => differences.length > 0)
    .map(({ name, differences }) => [name, differences![0]!.kind]);
  expect(differing.toSorted()).toEqual(
    world.standing
      .filter(({ repo }) => repo)
      .map(({ repo, kind }) => [repo, kind])
      .toSorted(),
  );
  // What waits for the archived repository says so, and everything else was done.
  const parked = (await world.course.store.parkedJobs()).filter(
    ({ lastError }) => !lastError?.startsWith('repository-archived'),
  );
  expect(parked).toEqual([]);
});
