// Server-sent events: whoever has a page open is told that something happened, and asks for the page again. One question to the
// database for all listeners of a course, none while nobody listens.

/** A browser that is closed by time connects again by itself. */
const longestMs = 10 * 60_000;
const mostOfCourse = 60;
const mostOfAll = 300;
/** Proxies close what says nothing. */
const stillEvery = 8;

type Listener = { send: (text: string) => void; end: () => void };
type Watch = { listeners: Set<Listener>; mark: string | undefined; timer: NodeJS.Timeout | undefined; rounds: number };

export type LiveEvents = {
  /** Undefined where too many listen. */
  listen: (organisation: string) => Response | undefined;
  listeners: () => number;
};

/** `mark`: another text whenever something happened. */
export function liveEvents(mark: (organisation: string) => Promise<string>, everyMs = 2000): LiveEvents {
  const watches = new Map<string, Watch>();
  let all = 0;

  const look = async (organisation: string, watch: Watch): Promise<void> => {
    // A database that does not answer says nothing of the course: asked again in the next round.
    const now = await mark(organisation).catch(() => watch.mark);
    const changed = watch.mark !== undefined && now !== watch.mark;
    watch.mark = now;
    watch.rounds += 1;
    const text = changed ? 'event: changed\ndata: \n\n' : watch.rounds % stillEvery === 0 ? ': still here\n\n' : '';
    if (text !== '') for (const { send } of watch.listeners) send(text);
    if (watch.listeners.size > 0) plan(organisation, watch, everyMs);
    else watches.delete(organisation);
  };
  const plan = (organisation: string, watch: Watch, inMs: number): void => {
    watch.timer = setTimeout(() => void look(organisation, watch), inMs).unref();
  };
  const leave = (organisation: string, watch: Watch, listener: Listener): void => {
    if (!watch.listeners.delete(listener)) return;
    all -= 1;
    if (watch.listeners.size > 0) return;
    clearTimeout(watch.timer);
    if (watches.get(organisation) === watch) watches.delete(organisation);
  };
  return {
    listeners: () => all,
    listen(named) {
      const organisation = named.toLowerCase();
      const known = watches.get(organisation);
      const watch: Watch = known ?? { listeners: new Set(), mark: undefined, timer: undefined, rounds: 0 };
      if (all >= mostOfAll || watch.listeners.size >= mostOfCourse) return undefined;
      if (!known) {
        watches.set(organisation, watch);
        plan(organisation, watch, 0);
      }
      all += 1;
      return stream((listener) => {
        watch.listeners.add(listener);
        return () => leave(organisation, watch, listener);
      });
    },
  };
}

function stream(join: (listener: Listener) => () => void): Response {
  let leave: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      const end = (): void => {
        clearTimeout(timer);
        leave();
        controller.close();
      };
      const send = (text: string): void => {
        // Whoever does not read is not waited for.
        if ((controller.desiredSize ?? 0) < -20) end();
        else controller.enqueue(encoder.encode(text));
      };
      const timer = setTimeout(end, longestMs).unref();
      const left = join({ send, end });
      leave = () => {
        clearTimeout(timer);
        left();
      };
      send('retry: 5000\n\n');
    },
    cancel: () => leave(),
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}
