// A port of this machine for something that is started next and has to be told its port.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Failure } from './domain/text/failure.ts';

/**
 * Below the range from which systems take the ports of outgoing connections (32768 and up on Linux, 49152 elsewhere): none
 * of those can take it before it is used.
 */
const range = { from: 20_000, to: 32_000 };
const tries = 100;

/** A port that is free now, drawn at random so that two who ask at the same time hardly get the same. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt < tries; attempt++) {
    const port = randomInt(range.from, range.to);
    if (await isFree(port)) return port;
  }
  throw new Failure('no-free-port', `no free port between ${range.from} and ${range.to}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
