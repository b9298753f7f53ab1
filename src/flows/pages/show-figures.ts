// How soon a class ran each release of a challenge, and how far it got: what the plots draw, however many students there are.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { GrowthStep, ReleaseFigures, TimeBin, TimeDot } from '../../ports/standings.ts';
import type { Store } from '../../ports/store.ts';

/** With more dots than this for a release, a bar stands for many students. */
const maxDots = 60;
/** As finely as the plots can show it. */
const timePlaces = 106;
const growthPlaces = 720;

export type ClassFigures = {
  challenge: Challenge;
  /** Those that were planned for anybody, in order of due date. */
  releases: ReleaseFigures[];
  dots: TimeDot[];
  bins: TimeBin[];
  growth: GrowthStep[];
  /** How far the scale of times reaches, in milliseconds, and of how many places that of the bins is. */
  longest: number;
  timePlaces: number;
  /** From when to when the calendar reaches. */
  from: Date;
  until: Date;
};

export async function showFigures(store: Store, organisation: string, challenge: Challenge): Promise<ClassFigures> {
  const { name, freshness, starts, ends } = challenge;
  const known = new Map(
    (await store.releaseFigures(organisation, name, freshness.full)).map((figure) => [figure.release, figure]),
  );
  const releases = challenge.releases.flatMap(({ name: release }) => known.get(release) ?? []);
  const longest = Math.max(freshness.zero * 1.08, ...releases.map(({ slowest = 0 }) => slowest * 1.03));
  const from = new Date(Math.min(...[starts, ...challenge.releases.map(({ due }) => due)].map(Number)));
  const until = new Date(Math.max(...[ends, ...releases.flatMap(({ last }) => last ?? [])].map(Number)));
  const isMany = ({ timed }: ReleaseFigures): boolean => timed > maxDots;
  const names = (some: ReleaseFigures[]): string[] => some.map(({ release }) => release);
  const few = names(releases.filter((release) => !isMany(release)));
  const many = names(releases.filter(isMany));
  return {
    challenge,
    releases,
    longest,
    timePlaces,
    from,
    until,
    dots: await store.timeDots(organisation, name, few),
    bins:
      many.length === 0
        ? []
        : await store.timeBins(organisation, name, many, {
            longest,
            places: timePlaces,
          }),
    growth: await store.growth(organisation, name, {
      from,
      until,
      places: growthPlaces,
    }),
  };
}
