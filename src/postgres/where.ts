// Conditions of a statement, only those that are asked. With `$3 is null or ...` for each, a prepared plan has to do for every question,
// and reads the whole class for one student.

/** `asked`: a condition with a `?` in the place of its value, which is left out where that is undefined. */
export function where(
  values: readonly unknown[],
  asked: Readonly<Record<string, unknown>>,
): { conditions: string; values: unknown[] } {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  const conditions = given.map(([left], index) => ` and ${left.replace('?', `$${values.length + index + 1}`)}`);
  return { conditions: conditions.join(''), values: [...values, ...given.map(([, value]) => value)] };
}
