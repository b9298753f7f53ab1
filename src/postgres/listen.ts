// Hears of queued jobs from any process, by LISTEN; reconnects for as long as somebody listens.
import pg from 'pg';
import { retryPolicy } from '../domain/jobs/retry-policy.ts';
import { keepAlive } from './pool.ts';

/** A connection that hears nothing looks like one that is dead: it is asked this often, and given up when it does not answer. */
const askEveryMs = 10_000;
const answerMs = 5000;
const reconnectAfterMs = retryPolicy.database.listener * 1000;

/** Calls `listener` on every NOTIFY of `channel`, and once after each reconnection. Returns a function that stops it. */
export async function listen(
  connectionString: string,
  channel: string,
  listener: () => void,
): Promise<() => Promise<void>> {
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let hangUp = (): void => undefined;
  const connect = async (): Promise<void> => {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
      ...keepAlive,
    });
    let lost = false;
    const asking = setInterval(() => void client.query('select 1').catch(lose), askEveryMs);
    function lose(): void {
      if (lost) return;
      lost = true;
      clearInterval(asking);
      // A dead server would not hear a farewell.
      void client.end().catch(() => undefined);
      (client as unknown as Connected).connection.stream.destroy();
      if (!stopped) retry = setTimeout(() => void connect(), reconnectAfterMs);
    }
    hangUp = lose;
    client.on('notification', listener).on('error', lose).on('end', lose);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      listener();
    } catch {
      lose();
    }
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(retry);
    hangUp();
  };
}

/** The socket below; the driver's types do not tell of it. */
type Connected = { connection: { stream: { destroy: () => void } } };
