// The kinds of synthetic students: what each is meant to do, and whether that came true, told from what it earned.
import type { Criterion } from '../domain/challenge/challenge.ts';
import type { GradebookRow } from '../domain/grade/gradebook.ts';

export const kinds = ['prompt', 'late', 'absent', 'failing', 'forger'] as const;
export type StudentKind = (typeof kinds)[number];

export const meanings: Record<StudentKind, string> = {
  prompt: 'merges each release within two hours, keeps the pipeline green, serves the model and answers every question',
  late: 'does all that three days after each release, and serves nothing',
  absent: 'does nothing at all',
  failing: 'merges at once, breaks the pipeline, answers wrongly and serves nothing',
  forger: 'merges nothing, and posts a green check run that no course workflow made',
};

/** Of one challenge: the row of a student, what others in it got, and which releases have to be merged. */
export type Played = {
  row: GradebookRow;
  kind: StudentKind;
  rows: readonly { row: GradebookRow; kind: StudentKind }[];
  releases: readonly { isPull: boolean }[];
  /** The forged check run is there. */
  forged: boolean;
};

/** `held` is absent where the course does not ask for it. */
export type Expectation = { says: string; held?: boolean };

/** So much of the points for answers and service is within reach of a model that is simple. */
const simple = 0.6;

/** Undefined where the challenge does not count it, or nothing of it was due. */
function share({ criteria }: GradebookRow, criterion: Criterion): number | undefined {
  const scored = criteria[criterion];
  return scored === undefined || scored.of === 0 ? undefined : scored.points / scored.of;
}

const expected: Record<StudentKind, (played: Played) => [says: string, held: boolean | undefined][]> = {
  prompt: ({ row }) => [
    ['has every release in time', reaches(share(row, 'data'), 1)],
    ['has a green run with every release', reaches(share(row, 'pipeline'), 1)],
    ['answers rightly, as far as a simple model can', reaches(share(row, 'requests'), simple)],
    ['has a service that answers', reaches(share(row, 'endpoint'), simple)],
  ],
  late: (played) => [
    ['earns no more than who is prompt', isBelow(played, 'prompt', (one, other) => one <= other)],
    ['has its questions answered too late', reaches(share(played.row, 'requests'), 0.5, (one, other) => one <= other)],
  ],
  absent: (played) => [
    ['merges nothing', mergesNothing(played)],
    ['answers nothing', reaches(share(played.row, 'requests'), 0, (one, other) => one === other)],
    ['earns less than who is prompt', isBelow(played, 'prompt', (one, other) => one < other)],
  ],
  failing: (played) => [
    ['fails: a release without a green run', reaches(share(played.row, 'pipeline'), 1, (one, other) => one < other)],
    ['answers wrongly', reaches(share(played.row, 'requests'), 1, (one, other) => one < other)],
    ['earns less than who is prompt', isBelow(played, 'prompt', (one, other) => one < other)],
  ],
  forger: (played) => [
    ['forges a check run', played.forged],
    ['earns nothing by it', isBelow(played, 'prompt', (one, other) => one < other)],
    ['merges nothing', mergesNothing(played)],
  ],
};

export function judgePersona(played: Played): Expectation[] {
  return expected[played.kind](played).map(([says, held]) => ({ says, ...(held === undefined ? {} : { held }) }));
}

type Compare = (one: number, other: number) => boolean;

function reaches(
  value: number | undefined,
  wanted: number,
  compare: Compare = (a, b) => a >= b - 1e-9,
): boolean | undefined {
  return value === undefined ? undefined : compare(value, wanted);
}

/** Against everybody of a kind in the same challenge; undefined where there is nobody, or nothing to earn. */
function isBelow({ row, rows }: Played, kind: StudentKind, compare: Compare): boolean | undefined {
  const others = rows.filter((row) => row.kind === kind && row.row.of > 0);
  if (others.length === 0 || row.of === 0) return undefined;
  return others.every((other) => compare(row.total / row.of, other.row.total / other.row.of));
}

function mergesNothing({ row, releases }: Played): boolean | undefined {
  if (!releases.some(({ isPull }) => isPull)) return undefined;
  return reaches(share(row, 'data'), 1, (one, other) => one < other);
}
