// All that flows work with, for a command that carries out what the app would: GitHub, the database, time.
import { followedClock, systemClock } from '../../clock.ts';
import { openLog, openPorts } from '../../compose.ts';
import { readConfig } from '../../config.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { openDatabase } from '../../postgres/open-database.ts';
import type { Io } from './command.ts';

export async function withPorts<T>(io: Io, work: (ports: FlowPorts) => Promise<T>): Promise<T> {
  const config = readConfig(io.env, io.cwd);
  const { pool, close } = await openDatabase(config);
  const clock = config.clockUrl ? await followedClock(config.clockUrl) : undefined;
  try {
    return await work(await openPorts(config, pool, clock ?? systemClock, openLog({ logLevel: 'silent' }), () => ''));
  } finally {
    clock?.stop();
    await close();
  }
}
