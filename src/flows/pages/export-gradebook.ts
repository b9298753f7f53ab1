// All of a gradebook as it stands now: computed for some owners at a time, and of each row only what goes out is kept.
import { buildGradebook, type Gradebook, type GradebookRow } from '../../domain/grade/gradebook.ts';
import type { CourseRecord } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import { inForce } from '../course/in-force.ts';
import { readInChunks } from '../grade/read-gradebook.ts';

type Exported<Row> = { record: CourseRecord; gradebook: Omit<Gradebook, 'rows'> & { rows: Row[] } };

/** Rows of one challenge after the other, in the order of the roster. */
export async function exportGradebook<Row>(
  store: Store,
  organisation: string,
  now: Date,
  kept: (row: GradebookRow) => Row,
): Promise<Exported<Row> | undefined> {
  const found = await inForce(store, organisation);
  if (!found) return undefined;
  const { record, course, challenges, owners } = found;
  const byChallenge = new Map(challenges.map(({ name }): [string, Row[]] => [name, []]));
  let head: Omit<Gradebook, 'rows'> | undefined;
  for await (const input of readInChunks(store, { organisation, course, challenges, owners, now })) {
    const { rows, ...rest } = buildGradebook(input);
    head = rest;
    for (const row of rows) byChallenge.get(row.challenge)!.push(kept(row));
  }
  return { record, gradebook: { ...head!, rows: [...byChallenge.values()].flat() } };
}

/** What the tables read: of each criterion the points and the sentence that sums up its reasons. */
export function withoutReasons(row: GradebookRow): GradebookRow {
  const entries = Object.entries(row.criteria).map(([name, scored]) => [name, { ...scored, reasons: [] }] as const);
  return { ...row, criteria: Object.fromEntries(entries) };
}

/** The JSON of a gradebook, a part at a time. */
export function* gradebookParts({ rows, ...head }: Exported<string>['gradebook']): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  for (const [index, row] of rows.entries()) yield index === 0 ? row : `,${row}`;
  yield ']}';
}
