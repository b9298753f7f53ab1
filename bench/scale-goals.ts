// What each figure of `bench/scale.ts` should not exceed at 1,000 students, whatever the exponent.

export const goals: Readonly<Record<string, number>> = {
  'sync, first': 10_000,
  'sync, again': 2000,
  preview: 1000,
  'first sync, alone: memory, MB': 400,
  'sync again, alone: memory, MB': 400,
  'write-ledger after one run': 30,
  'publish-score': 30,
  'shipments of a repository': 5,
  'course page, first': 200,
  'course page, warm': 200,
  'gradebook page': 200,
  'they take, MB': 800,
  'student page, kB': 60,
  'one course of fifty in turn': 5,
  'rows read: publish-score': 1500,
  'rows read: shipments of a repository': 50,
  'rows read: claim': 200,
  'rows read: what holds of a course': 50,
};

/** What does not know the class grows by no power of it. */
export const flat: ReadonlySet<string> = new Set([
  'write-ledger after one run',
  'publish-score',
  'shipments of a repository',
  'student page',
  'student page, kB',
  'one course of fifty in turn',
  ...Object.keys(goals).filter((name) => name.startsWith('rows read')),
]);

/** Growth that is noise. */
const mostExponent = 0.2;

/** By the clock, or of what the name says, and by the processor, where that was taken. */
export function verdictOf(
  name: string,
  [value, processor]: readonly [number, number | undefined],
  exponent: number | undefined,
): string {
  const goal = goals[name];
  const grows = flat.has(name) && exponent !== undefined && exponent > mostExponent ? 'grows' : '';
  if (goal === undefined) return grows;
  const reached =
    value <= goal ? 'reached' : (processor ?? Infinity) <= goal ? 'reached by the processor alone' : 'missed';
  return [reached, grows].filter(Boolean).join(', ');
}
