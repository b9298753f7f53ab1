// Hears of queued jobs from any process, by LISTEN; reconnects for as long as somebody listens.
import pg from 'pg';

/** Calls `listener` on every NOTIFY of `channel`, and once after each reconnection. Returns a function that stops it. */
export async function listen(
  connectionString: string,
  channel: string,
  listener: () => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    if (stopped) return;
    const next = new pg.Client({ connectionString });
    const reconnect = (): void => {
      if (client === next || client === undefined) retry = setTimeout(() => void connect(), 500);
      client = undefined;
    };
    next.on('notification', listener).on('error', reconnect);
    try {
      await next.connect();
      await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      client = next;
      listener();
    } catch {
      reconnect();
    }
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    await client?.end();
  };
}
