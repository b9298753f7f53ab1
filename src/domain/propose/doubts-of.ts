// What a teacher should look at in the data before it becomes a course: told, since nothing of it is guessed.
import type { SeenColumn } from './seen-column.ts';

/** As sentences. */
export function doubtsOf(columns: readonly SeenColumn[], rows: number): string[] {
  const odd = columns.filter(({ cells }) => cells.odd === 1);
  const lines = new Set(odd.map(({ cells }) => cells.oddCells[0]?.line));
  const [line] = lines;
  const breaks = odd.length > 1 && lines.size === 1 ? `${odd.length} columns are otherwise in line ${line} alone` : '';
  const place = line === 2 ? 'a second header, or units?' : line === rows + 1 ? 'sums, or a note?' : 'a note?';
  return [
    ...(breaks === '' ? [] : [`${breaks}: ${place} Take the line out, then.`]),
    ...columns.flatMap(({ name, cells }) => doubtOf(name, cells) ?? []),
  ];
}

function doubtOf(
  name: string,
  { kind, form, odd, oddCells, other, dates, numbers, values }: SeenColumn['cells'],
): string | undefined {
  const column = `\`${name}\``;
  const cell = (text: string | undefined): string => `\`${(text ?? '').slice(0, 40)}\``;
  if (
    odd > 0 &&
    kind !== undefined &&
    oddCells[0]?.line !== undefined &&
    odd === 1 &&
    /^(?:grand )?(?:total|sum|average|mean|i alt|summe|gesamt)/i.test(oddCells[0].text)
  ) {
    return `${column} says ${cell(oddCells[0].text)} in line ${oddCells[0].line}: a row of sums? Take it out, then.`;
  }
  if (kind !== 'text') return undefined;
  if (form?.kind === 'decorated') {
    return `${column} is text: its cells look like numbers with something added (${cell(form.example)}). Take it out of the file to have numbers.`;
  }
  const most = dates > numbers ? 'dates' : 'numbers';
  if (other && (dates + numbers) * 2 > values) {
    return `${column} is text: most of its cells are ${most}, but not ${cell(other.text)} in line ${other.line}.`;
  }
  return undefined;
}
