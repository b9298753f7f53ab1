// Ends what a job left behind: every process whose environment carries the job's RUNNER_TRACKING_ID, as the real runner does.
// Only where /proc exists; elsewhere the groups of the steps are all there is.
import { readdir, readFile } from 'node:fs/promises';

/** A moment in the life of this machine: how many processes it had ever started, and the number of the latest. */
export type ProcessMark = { started: number; latest: number };

/** Numbers come round again after so many at the earliest. */
const fewestNumbers = 30_000;

export async function markProcesses(): Promise<ProcessMark | undefined> {
  const [load, stat] = await Promise.all(['/proc/loadavg', '/proc/stat'].map(readText));
  const latest = Number(/(\d+)\s*$/.exec(load ?? '')?.[1] ?? Number.NaN);
  const started = Number(/^processes (\d+)$/m.exec(stat ?? '')?.[1] ?? Number.NaN);
  return Number.isFinite(latest) && Number.isFinite(started) ? { latest, started } : undefined;
}

/** Returns how many there were. With a mark from before the job, only what was started since is looked at. */
export async function endOrphans(trackingId: string, since?: ProcessMark): Promise<number> {
  const needle = `RUNNER_TRACKING_ID=${trackingId}`;
  const isNew = since === undefined ? () => true : await startedSince(since);
  const pids = (await readdir('/proc').catch(() => [])).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid && isNew(Number(name)),
  );
  const found = await Promise.all(
    pids.map(async (pid) =>
      ((await readText(`/proc/${pid}/environ`)) ?? '').split('\0').includes(needle) ? Number(pid) : 0,
    ),
  );
  const orphans = found.filter((pid) => pid > 0);
  for (const pid of orphans) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  return orphans.length;
}

async function startedSince(since: ProcessMark): Promise<(pid: number) => boolean> {
  const now = await markProcesses();
  if (now === undefined || now.started - since.started >= fewestNumbers) return () => true;
  // When the numbers have come round, the new ones are at both ends.
  return now.latest >= since.latest
    ? (pid) => pid > since.latest && pid <= now.latest
    : (pid) => pid > since.latest || pid <= now.latest;
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
