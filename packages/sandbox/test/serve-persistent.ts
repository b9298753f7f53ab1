// A sandbox in a process of its own, to be killed: DIR PORT as arguments; prints its URL when it listens.
import { runningClock } from '../src/world/clock.ts';
import { startSandbox } from '../src/server/server.ts';

const [dir = '', port = '0'] = process.argv.slice(2);
const sandbox = await startSandbox({ dir, clock: runningClock(), port: Number(port), persist: true });
console.log(sandbox.url);
