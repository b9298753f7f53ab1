// Started by guard.ts: reads what is to be done when its input ends, which it does when whoever started it is gone.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardLine } from './guard.ts';

const patienceMs = 10_000;
let processes = new Map<number, { signal: NodeJS.Signals; folder?: string }>();
let folders: string[] = [];

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as GuardLine;
  if (line.do === 'end') processes.set(line.pid, line);
  else if (line.do === 'forget') processes.delete(line.pid);
  else if (line.do === 'remove') folders.push(line.folder);
  else {
    processes = new Map();
    folders = [];
  }
}
for (const [pid, { signal }] of processes) send(pid, signal);
const end = performance.now() + patienceMs;
while ([...processes.keys()].some((pid) => send(pid, 0)) && performance.now() < end) await sleep(50);
for (const { folder } of processes.values()) if (folder !== undefined) folders.unshift(folder);
// Whoever still writes there is ending, too.
for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
