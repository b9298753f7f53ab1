// Random draws as plain arithmetic: the state is a number that can be stored and passed on.

/** The next number in [0, 1) and the state after it (mulberry32). */
function drawRandom(state: number): { value: number; state: number } {
  const next = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(next ^ (next >>> 15), next | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return { value: ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296, state: next };
}

/** A source that remembers its state, for a function that draws many times. */
export type Source = { draw: () => number; state: () => number };

export function startSource(seed: number): Source {
  let state = seed >>> 0;
  return {
    draw: () => {
      const drawn = drawRandom(state);
      state = drawn.state;
      return drawn.value;
    },
    state: () => state,
  };
}

/** One of the items; undefined when there is none. */
export function pick<T>(items: readonly T[], source: Source): T | undefined {
  return items.length === 0 ? undefined : items[Math.floor(source.draw() * items.length)];
}

/** The items in a random order (Fisher-Yates). */
export function shuffle<T>(items: readonly T[], source: Source): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(source.draw() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}
