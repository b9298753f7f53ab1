// What keeps a file that a row of an index names from being shipped.
import type { ProblemCode } from '../../domain/text/problem-codes.ts';
import { DatasetError, NotTableError } from '../work/dataset-error.ts';
import { tellPointer } from './first-bytes.ts';
import { fileOf } from './list-folder.ts';
import { readSome } from './read-some.ts';

type Fault = { code: ProblemCode; message: string; hint?: string };

export async function faultOfFile(path: string, folder: string): Promise<Fault | undefined> {
  if (path === '') return { code: 'file-missing', message: 'the row names no file' };
  try {
    const { from, bytes } = await fileOf(path, folder);
    // Only what stands for a file is as small as this.
    const told = bytes < 2000 ? tellPointer((await readSome(from)).toString('latin1'), path) : undefined;
    return told && { code: told.code, message: `\`${path}\` is ${told.what}`, hint: told.hint };
  } catch (error) {
    if (error instanceof NotTableError || !(error instanceof DatasetError)) throw error;
    return { code: 'file-missing', message: error.message };
  }
}
