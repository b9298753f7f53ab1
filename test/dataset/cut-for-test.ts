// Cuts a source into a fresh folder and gives what was written as text.
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutSource } from '../../src/dataset/slice/cut-source.ts';
import type { Cut } from '../../src/dataset/slice/cut-table.ts';
import type { SourceOptions } from '../../src/dataset/source/prepare-source.ts';
import type { SliceOwner, SliceSpec } from '../../src/domain/shipment/slice-spec.ts';

export type TestCut = Cut & { teacher: string; texts: string[]; held: () => string };

export type Settings = { owners?: SliceOwner[]; options?: SourceOptions; extension?: string; outputs?: number };

export async function cutIn(dir: string, source: string, spec: SliceSpec, settings: Settings = {}): Promise<TestCut> {
  const { owners = [], options = {}, extension = '.csv', outputs } = settings;
  const work = mkdtempSync(join(dir, 'work-'));
  const teacher = join(work, 'teacher');
  mkdirSync(teacher);
  const place = (release: string, owner?: string): string => join(work, owner ?? 'course', `${release}${extension}`);
  const bounds = outputs === undefined ? {} : { outputs };
  const job = { source, options, spec, owners, place, work: join(work, 'tmp'), teacher, ...bounds };
  const result = await cutSource(job);
  const texts = result.slices.map(({ path }) => readFileSync(path, 'latin1'));
  return { ...result, teacher, texts, held: () => readFileSync(join(teacher, 'hold-out.csv'), 'latin1') };
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
