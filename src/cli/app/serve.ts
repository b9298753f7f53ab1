// practicum serve: runs the app until it is told to stop.
import { ConfigError } from '../../config.ts';
import { startApp, type Running } from '../../compose.ts';
import type { Register } from '../options/command.ts';
import { examine } from './doctor.ts';
import { isUnset, setUp } from './set-up.ts';
import { readSettings } from '../options/read-settings.ts';

/** Supervisors kill after ten seconds. */
const longestEndMs = 9500;
/** For the last lines of the log. */
const lastWordsMs = 200;

export const serve: Register = (program, io) => {
  program
    .command('serve')
    .description(
      'run the app: webhooks, jobs and the dashboard; settings come from the environment (docs/operations.md)',
    )
    .option('--smee', 'receive webhooks through the smee channel in WEBHOOK_PROXY_URL, for development')
    .action(async ({ smee }: { smee?: boolean }) => {
      try {
        const { told, toldAgain } = listenForTheEnd();
        // Whatever hangs then, a start, a socket or a git, ends with us.
        void told.then(() => setTimeout(() => process.exit(), longestEndMs).unref());
        const isNew = isUnset(io);
        const env = isNew ? await setUp(io, told) : io.env;
        if (env === undefined) return leave();
        const settings = { env, cwd: io.cwd };
        const config = readSettings(settings);
        let running: Running | undefined;
        void toldAgain.then(() => running ?? process.exit());
        running = await startApp(config, { examine: () => examine(settings) });
        // Whoever was given a channel by the set-up hears by it at once.
        const forwards = smee || (isNew && config.smeeUrl !== undefined);
        const forward = forwards ? forwardFrom(config.smeeUrl, running.port) : undefined;
        // A channel that does not answer keeps nobody from ending.
        await Promise.race([forward, told]);
        io.err(`Practicum is running. Dashboard: ${running.dashboardUrl}\n`);
        await told;
        void forward?.then((stop) => stop()).catch(() => undefined);
        await running.stop(toldAgain);
        leave();
      } catch (error) {
        // What was opened before the start failed would keep the process alive.
        leave();
        if (!(error instanceof ConfigError)) throw error;
        for (const sentence of error.sentences) io.err(`${sentence}\n`);
        io.exit(2);
      }
    });
};

function leave(): void {
  setTimeout(() => process.exit(), lastWordsMs).unref();
  // The channel to whoever started us would keep the process alive.
  if (process.connected) process.disconnect();
}

/**
 * `told` resolves on the first SIGINT or SIGTERM, or when the process that started us is gone; `toldAgain` on the second one,
 * as a terminal sends beside npm. The third ends the process at once.
 */
function listenForTheEnd(): { told: Promise<void>; toldAgain: Promise<void> } {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let times = 0;
  const hear = (): void => {
    times += 1;
    if (times === 1) first.resolve();
    else if (times === 2) second.resolve();
    else process.exit(1);
  };
  process.once('disconnect', () => first.resolve());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, hear);
  return { told: first.promise, toldAgain: second.promise };
}

async function forwardFrom(source: string | undefined, port: number): Promise<() => Promise<void>> {
  if (!source)
    throw new ConfigError(['WEBHOOK_PROXY_URL is missing: open a channel on smee.io and put its address there']);
  const { SmeeClient } = await import('smee-client');
  const client = new SmeeClient({ source, target: `http://127.0.0.1:${port}/api/github/webhooks` });
  await client.start();
  return async () => void (await client.stop());
}
