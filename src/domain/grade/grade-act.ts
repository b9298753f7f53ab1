// What people decide about grades: more time, a grade of their own, the release of the points. The latest of a kind holds.
import type { Override } from './gradebook.ts';
import type { Extension } from '../evidence/late.ts';

/** A decision told twice has one `id`; of two at the same moment the one with the larger `id` is the later. */
export type GradeAct = { id: string; at: Date } & (
  | { kind: 'extension'; challenge?: string; extension: Extension }
  | { kind: 'override'; override: Omit<Override, 'id' | 'at'> }
  | { kind: 'gate'; open: boolean; by: string }
);

export type Decided = {
  /** One for each challenge, owner and thing. */
  extensions: (Extension & { challenge: string })[];
  overrides: Override[];
  /** When the points were released; absent while they are held back. */
  released?: Date;
};

/** What holds at `now`. An extension without a challenge is one for each of them. */
export function decideGrades(acts: readonly GradeAct[], challenges: readonly string[], now: Date): Decided {
  const extensions = new Map<string, Decided['extensions'][number]>();
  const overrides: Override[] = [];
  let released: Date | undefined;
  for (const act of acts.filter(({ at }) => at <= now).toSorted(byTime)) {
    if (act.kind === 'extension') {
      for (const challenge of act.challenge === undefined ? challenges : [act.challenge]) {
        const { owner, item } = act.extension;
        extensions.set(JSON.stringify([challenge, owner, item]), { ...act.extension, challenge });
      }
    } else if (act.kind === 'override') overrides.push({ ...act.override, id: act.id, at: act.at });
    else released = act.open ? act.at : undefined;
  }
  return { extensions: [...extensions.values()], overrides, ...(released ? { released } : {}) };
}

function byTime(a: GradeAct, b: GradeAct): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1);
}
