// The app as a rehearsal starts it: one that cannot start says why at once, and is not tried for ever.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../../src/free-port.ts';
import { startAppProcess } from '../../src/rehearsal/app-process.ts';

test('settings that the app refuses end the start with its own words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'practicum-app-'));
  const url = `http://127.0.0.1:${await freePort()}/readyz`;
  try {
    const start = startAppProcess({ PRACTICUM_PACE: 'none', PRACTICUM_HOME: folder }, join(folder, 'app.log'), url);
    await expect(start).rejects.toMatchObject({
      code: 'app-not-ready',
      message: expect.stringMatching(/^the app does not start: it has ended; PRACTICUM_PACE: Invalid/) as string,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
