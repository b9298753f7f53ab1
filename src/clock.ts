// Course time: the machine's own clock, or one that a rehearsal moves by hand.
import type { Clock } from './ports/clock.ts';

export const systemClock: Clock = { now: () => new Date(), onChange: () => () => undefined, runs: true };

/**
 * Follows a clock that somebody else moves, over server-sent events: `data: {"now": "…"}`. Resolves once the time is known
 * and reconnects for as long as the process lives.
 */
export async function followedClock(url: string): Promise<Clock & { stop: () => void }> {
  const listeners = new Set<() => void>();
  const stopper = new AbortController();
  let current: Date | undefined;
  let known = (): void => undefined;
  const first = new Promise<void>((resolve) => (known = resolve));
  const set = (text: string): void => {
    current = new Date((JSON.parse(text) as { now: string }).now);
    known();
    for (const listener of listeners) listener();
  };
  const follow = async (): Promise<void> => {
    while (!stopper.signal.aborted) {
      await readEvents(url, stopper.signal, set).catch(() => undefined);
      if (!stopper.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  void follow();
  await first;
  return {
    now: () => current!,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    runs: false,
    stop: () => stopper.abort(),
  };
}

async function readEvents(url: string, signal: AbortSignal, set: (text: string) => void): Promise<void> {
  const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
  if (!response.ok || !response.body) throw new Error(`the clock answers ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) set(line.slice(5));
  }
}
