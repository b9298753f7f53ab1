// The number that a text means, in any table: one rule for data and answers.

const numberForm = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** The number that a cell holds, or undefined. Surrounding blanks are ignored; NaN and Infinity are not numbers. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (!numberForm.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}
