// What drift did to which rows: for the teacher, never for students.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Drift, rateOf, rulesOf } from '../../domain/drift/kinds.ts';

export type DriftTruth = {
  drift: (Drift & { rate: number; releases: { release: string; rows: number; touched: number }[] })[];
};

const flushAt = 1 << 16;

/** Counts touched rows; lists those of a partial drift in `drift-rows.csv`, as positions among the released rows. */
export class TruthWriter {
  readonly #releases: readonly string[];
  readonly #drifts: readonly Drift[];
  readonly #touched: number[][];
  readonly #rows: number[];
  readonly #path: string;
  #text = 'drift,release,row\n';

  constructor(dir: string, drifts: readonly Drift[], releases: readonly string[]) {
    this.#releases = releases;
    this.#drifts = drifts;
    this.#touched = drifts.map(() => releases.map(() => 0));
    this.#rows = releases.map(() => 0);
    this.#path = join(dir, 'drift-rows.csv');
    writeFileSync(this.#path, '');
  }

  note(release: number, row: number, touched: readonly number[]): void {
    this.#rows[release]! += 1;
    for (const drift of touched) {
      this.#touched[drift]![release]! += 1;
      if (touchesAll(this.#drifts[drift]!)) continue;
      this.#text += `${drift},${csvName(this.#releases[release]!)},${row}\n`;
    }
    if (this.#text.length > flushAt) this.#flush();
  }

  /** Writes `drift.json` next to the rows. */
  finish(dir: string): void {
    this.#flush();
    const truth: DriftTruth = {
      drift: this.#drifts.map((drift, index) => ({
        ...drift,
        rate: rateOf(drift),
        releases: this.#releases.flatMap((release, at) =>
          this.#touched[index]![at]! > 0
            ? [{ release, rows: this.#rows[at]!, touched: this.#touched[index]![at]! }]
            : [],
        ),
      })),
    };
    writeFileSync(join(dir, 'drift.json'), `${JSON.stringify(truth, null, 2)}\n`);
  }

  #flush(): void {
    writeFileSync(this.#path, this.#text, { flag: 'a' });
    this.#text = '';
  }
}

/** Nothing is left to chance or condition: a list of all rows would say no more than the counts. */
function touchesAll(drift: Drift): boolean {
  return rateOf(drift) === 1 && !rulesOf(drift).isConditional?.(drift);
}

function csvName(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
