// The course clock: what time it is for due dates, created_at and pushed_at; real or moved by hand.

export type WorldClock = {
  now: () => Date;
  /** Calls `listener` after every jump of the clock (never as real time simply passes); returns its removal. */
  onChange: (listener: (now: Date) => void) => () => void;
};

/** A clock that can be set. Time stands still between the moves. */
export type MovableClock = WorldClock & {
  set: (date: Date) => void;
  advance: (milliseconds: number) => void;
};

/** The machine's own time. */
export function runningClock(): WorldClock {
  return { now: () => new Date(), onChange: () => () => {} };
}

/** A clock that starts at `start` and moves only when told. */
export function movableClock(start: Date): MovableClock {
  let current = start.getTime();
  const listeners = new Set<(now: Date) => void>();
  const set = (date: Date) => {
    if (Number.isNaN(date.getTime())) throw new TypeError('the clock was set to an invalid date');
    current = date.getTime();
    for (const listener of listeners) listener(new Date(current));
  };
  return {
    now: () => new Date(current),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set,
    advance: (milliseconds) => set(new Date(current + milliseconds)),
  };
}

/** True where a clock can be moved. */
export function isMovable(clock: WorldClock): clock is MovableClock {
  return 'set' in clock;
}

/** GitHub's spelling of a time: whole seconds, UTC. */
export function stamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
