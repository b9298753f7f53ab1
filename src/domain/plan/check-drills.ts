// Whether there is room for the drills that challenges announce: beside every deadline of the course, and beside each other.
import type { Challenge } from '../challenge/challenge.ts';
import type { Course, Owner } from '../course/course.ts';
import { planDrills } from '../drill/plan-drills.ts';
import type { Problem } from '../text/problem.ts';
import type { YamlSource } from '../text/yaml-source.ts';

type Placed = { challenge: Challenge; source: YamlSource };

/** Random requests fall otherwise for each owner: where they leave no room for the first, it is only a warning. */
export function checkDrills(
  { timezone: zone }: Course,
  placed: readonly Placed[],
  owners: readonly Owner[],
): Problem[] {
  const all = placed.map(({ challenge }) => challenge);
  if (!all.some(({ drills }) => drills)) return [];
  const fixed = all.map((challenge) => ({
    ...challenge,
    requests: challenge.requests.filter(({ on }) => on === 'release'),
  }));
  const owner = owners[0]?.slug ?? '';
  const certain = planDrills(fixed, { owner, secret: '', zone });
  const likely = planDrills(all, { owner, secret: '', zone });
  return placed.flatMap(({ challenge: { name, drills }, source }) => {
    const count = (planned: typeof certain): number =>
      planned.filter((plannedDrill) => plannedDrill.challenge === name).length;
    if (!drills || count(likely) >= drills.number) return [];
    const room = Math.min(count(certain), count(likely));
    const level = count(certain) < drills.number ? 'error' : 'warning';
    const message = `there is room for ${room} of ${drills.number} drills: none is within a day of a deadline, and each has its time alone`;
    const hint = 'widen `window`, or shorten `lasts` and `post_mortem_within`';
    return [source.problem(['drills', 'number'], level, 'drills-crowded', message, hint)];
  });
}
