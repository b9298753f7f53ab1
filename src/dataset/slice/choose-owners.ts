// Per-student samples: who of all owners receives the next row of a release.
import { hash32, quotas, runStart, sampleRows, unit } from '../../domain/dataset/sample.ts';

type Stratum = {
  size: number;
  quota: number;
  seen: number;
  run: number;
  picks: Float64Array;
  at: number;
  until: number;
};

/**
 * Follows one release. All owners share the runs of a stratum (see sample.ts) and differ in the row that each takes of a
 * run, so the choices of one run are made together when it begins.
 */
export class OwnerChooser {
  readonly #seeds: number[];
  readonly #strata: Stratum[];
  readonly #chosen: number[] = [];

  /** `sizes`: rows of the release by stratum; `share`: how much of them each owner receives; `release` salts the seeds. */
  constructor(seeds: readonly number[], sizes: readonly number[], share: number, release: number) {
    this.#seeds = seeds.map((seed) => hash32(seed, release, 0x6f776e));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const quota = quotas(sizes, sampleRows(total, share));
    this.#strata = sizes.map((size, index) => ({
      size,
      quota: quota[index]!,
      seen: 0,
      run: -1,
      picks: new Float64Array(seeds.length),
      at: 0,
      until: 0,
    }));
  }

  /** Positions of the owners that receive the next row of `stratum`; overwritten by the next call. */
  next(stratum: number): readonly number[] {
    const state = this.#strata[stratum]!;
    const row = state.seen++;
    this.#chosen.length = 0;
    if (state.quota === 0) return this.#chosen;
    if (row >= state.until) this.#beginRun(state, stratum);
    const owners = this.#seeds.length;
    while (state.at < owners) {
      const pick = state.picks[state.at]!;
      const picked = Math.floor(pick / owners);
      if (picked !== row) break;
      this.#chosen.push(pick - picked * owners);
      state.at += 1;
    }
    return this.#chosen;
  }

  /** Draws each owner's row of the next run and sorts the draws by row: `row * owners + owner`. */
  #beginRun(state: Stratum, stratum: number): void {
    state.run += 1;
    const start = runStart(state.size, state.quota, state.run);
    state.until = runStart(state.size, state.quota, state.run + 1);
    state.at = 0;
    const owners = this.#seeds.length;
    for (let owner = 0; owner < owners; owner++) {
      const row = start + Math.floor(unit(this.#seeds[owner]!, stratum, state.run) * (state.until - start));
      state.picks[owner] = row * owners + owner;
    }
    state.picks.sort();
  }
}
