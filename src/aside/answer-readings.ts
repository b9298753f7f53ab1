// What the thread does: one reading after another. It has no environment and does no input or output, but that
// SQLite is loaded; it may be ended at any point.
import { parentPort } from 'node:worker_threads';
import { readings } from '../domain/aside/readings.ts';
import { chooseFiles, isDatabase } from '../domain/milestones/choose-files.ts';
import { unzip } from '../github/report/read-zip.ts';
import type { Readings } from '../ports/aside.ts';
import { readMlflowDatabase } from './read-mlflow-database.ts';

const mostReportBytes = 4_000_000;

const all: Readings = {
  ...readings,
  readTestReports: (zip) => {
    const isText = (path: string): boolean => chooseFiles([{ path: `test-reports/${path}`, bytes: 0 }]).length > 0;
    const isWanted = (path: string): boolean => isText(path) || isDatabase(path);
    const found = [...unzip(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), isWanted, mostReportBytes)];
    return {
      files: new Map(found.filter(([path]) => isText(path)).map(([path, data]) => [path, data.toString('utf8')])),
      databases: new Map(found.filter(([path]) => isDatabase(path))),
    };
  },
  readMlflowDatabase,
};

/** What has run SQLite on a stranger's bytes reads nobody else's. */
const once = new Set<keyof Readings>(['readMlflowDatabase']);

async function answer(name: keyof Readings, input: unknown[]): Promise<void> {
  const last = once.has(name);
  try {
    const read = all[name] as (...given: unknown[]) => unknown;
    parentPort!.postMessage({ value: await read(...input), last });
  } catch (error) {
    const failed = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    parentPort!.postMessage({ failed, last });
  }
}

parentPort?.on('message', ({ name, input }: { name: keyof Readings; input: unknown[] }) => void answer(name, input));

// What loading took is nobody's reading.
parentPort?.postMessage({ ready: true });
