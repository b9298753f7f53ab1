// One line on a terminal that says what runs now; a line for each task that ended.
import type { TaskRecord } from './task-record.ts';

export type Progress = { change: (record: TaskRecord, all: readonly TaskRecord[]) => void; stop: () => void };

const marks: Record<string, string> = {
  succeeded: '✓',
  kept: '=',
  frozen: '=',
  failed: '✗',
  'timed out': '✗',
  blocked: '-',
  cancelled: '-',
};

/** `width`: columns of the terminal. Nothing is drawn by a clock: a change is what draws. */
export function showProgress(write: (text: string) => void, width: number): Progress {
  let drawn = false;
  const clear = (): void => {
    if (drawn) write('\r\u001b[2K');
    drawn = false;
  };
  return {
    change: (record, all) => {
      clear();
      if (record.state !== 'running') {
        const seconds =
          record.started && record.ended
            ? ` ${((record.ended.getTime() - record.started.getTime()) / 1000).toFixed(1)} s`
            : '';
        write(
          `${marks[record.state] ?? '?'} ${record.name} ${record.state}${seconds}${record.reason ? `: ${record.reason}` : ''}\n`,
        );
      }
      const running = all.filter(({ state }) => state === 'running').map(({ name }) => name);
      if (running.length === 0) return;
      const counted = all.filter(({ state }) => state !== 'not needed');
      const done = counted.filter(({ state }) => state !== 'running' && state !== 'waiting').length;
      write(`${done}/${counted.length} running: ${running.join(', ')}`.slice(0, Math.max(20, width - 1)));
      drawn = true;
    },
    stop: clear,
  };
}
