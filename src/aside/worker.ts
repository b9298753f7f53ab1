// Where the thread begins: it finds its modules compiled where the process does, which is two thirds of its start.
import { enableCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';

const { compiled } = workerData as { compiled: string | undefined };
if (compiled !== undefined) enableCompileCache(compiled);
await import('./answer-readings.ts');
