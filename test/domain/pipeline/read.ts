// Reads a pipeline text as the command line would, without a disk.
import { readPipeline, type ReadOptions } from '../../../src/domain/pipeline/read-pipeline.ts';

export function read(
  text: string | Uint8Array,
  options: Partial<ReadOptions> & { files?: Record<string, string> } = {},
) {
  const { files = {}, ...rest } = options;
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readPipeline(bytes, {
    file: 'pipeline.yml',
    readFile: (path) => (Object.hasOwn(files, path) ? new TextEncoder().encode(files[path]) : undefined),
    ...rest,
  });
}

/** `line:column code` of every problem. */
export function codes(result: ReturnType<typeof read>): string[] {
  return result.problems.map(({ line, column, code }) => `${line}:${column} ${code}`);
}
