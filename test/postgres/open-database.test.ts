// The embedded server: whoever finds it running leaves it running, and whoever started it ends it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/postgres/open-database.ts';
import { isAlive } from '../is-alive.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'practicum-open-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('a command beside the running app leaves the database running; its data are there at the next start', async () => {
  const app = await openDatabase({ home, durable: false });
  try {
    expect(app.applied).toContain('0001_courses.sql');
    const { pid } = app.server!;
    const command = await openDatabase({ home });
    expect([command.server!.pid, command.applied]).toEqual([pid, []]);
    await command.close();
    await app.pool.query(`insert into used_token (jti, used_by) values ('a', 'check/1')`);
    await app.close();
    // Its file is gone a moment before the process is.
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    const again = await openDatabase({ home, durable: false });
    expect((await again.pool.query('select from used_token')).rows).toHaveLength(1);
    await again.close();
  } finally {
    const last = await openDatabase({ home });
    await last.erase();
  }
});
