// The thread: takes one reading after another. It has no environment and does no input or output; it may be ended at any point.
import { parentPort } from 'node:worker_threads';
import { readings } from '../domain/aside/readings.ts';
import { chooseFiles } from '../domain/milestones/choose-files.ts';
import { readZip } from '../github/report/read-zip.ts';
import type { Readings } from '../ports/aside.ts';

const mostReportBytes = 4_000_000;

const all: Readings = {
  ...readings,
  readTestReports: (zip) => {
    const isWanted = (path: string): boolean => chooseFiles([{ path: `test-reports/${path}`, bytes: 0 }]).length > 0;
    return readZip(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), isWanted, mostReportBytes);
  },
};

parentPort?.on('message', ({ name, input }: { name: keyof Readings; input: unknown[] }) => {
  try {
    const read = all[name] as (...given: unknown[]) => unknown;
    parentPort!.postMessage({ value: read(...input) });
  } catch (error) {
    parentPort!.postMessage({ failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});

// What loading took is nobody's reading.
parentPort?.postMessage({ ready: true });
