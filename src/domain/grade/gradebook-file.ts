// Reads a gradebook back from JSON: one that was exported, or the whole output of a demo or a rehearsal.
import { z } from 'zod';
import { criteria } from '../challenge/challenge.ts';
import type { Gradebook } from './gradebook.ts';

const criterion = z.looseObject({
  points: z.number(),
  of: z.number().default(0),
  worth: z.number().optional(),
  reason: z.string().default(''),
  reasons: z.array(z.looseObject({ text: z.string() })).default([]),
});

const member = z.looseObject({ login: z.string(), id: z.string().optional(), name: z.string().optional() });

const row = z.looseObject({
  owner: z.string(),
  name: z.string().optional(),
  members: z.array(member).optional(),
  challenge: z.string().default('challenge'),
  total: z.number(),
  of: z.number().default(0),
  worth: z.number().optional(),
  computed: z.number().optional(),
  passes: z.boolean().optional(),
  criteria: z.partialRecord(z.enum(criteria), criterion),
});

const book = z.looseObject({
  at: z.coerce.date().optional(),
  challenges: z.array(z.object({ name: z.string(), worth: z.number() })).optional(),
  rows: z.array(row),
});

/** The gradebook in a JSON text, or what is wrong with it in one sentence. */
export function readGradebook(text: string): Gradebook | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const parsed = book.safeParse(unwrap(value));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not a gradebook'}` };
  }
  return complete(parsed.data);
}

/** A demo prints `{ gradebook: [rows] }` among other things. */
function unwrap(value: unknown): unknown {
  const inner = typeof value === 'object' && value !== null && 'gradebook' in value ? value.gradebook : value;
  return Array.isArray(inner) ? { rows: inner } : inner;
}

function complete({ at, challenges, rows }: z.infer<typeof book>): Gradebook {
  const full = rows.map((stored): Gradebook['rows'][number] => {
    const graded = Object.entries(stored.criteria).map(([name, scored]) => [
      name,
      { ...scored, worth: scored.worth ?? scored.of },
    ]);
    const worth = stored.worth ?? graded.reduce((sum, [, scored]) => sum + (scored as { worth: number }).worth, 0);
    const members = (stored.members ?? [{ login: stored.owner }]) as Gradebook['rows'][number]['members'];
    const criteriaOf = Object.fromEntries(graded) as Gradebook['rows'][number]['criteria'];
    const row = { owner: stored.owner, name: stored.name ?? stored.owner, members, challenge: stored.challenge };
    const computed = {
      ...(stored.computed === undefined ? {} : { computed: stored.computed }),
      ...(stored.passes === undefined ? {} : { passes: stored.passes }),
    };
    return { ...row, total: stored.total, of: stored.of, worth, ...computed, criteria: criteriaOf, overrides: [] };
  });
  const worths = new Map(full.map((gradebookRow) => [gradebookRow.challenge, gradebookRow.worth]));
  return {
    at: at ?? new Date(0),
    challenges: challenges ?? [...worths].map(([name, worth]) => ({ name, worth })),
    rows: full,
  };
}
