// The published schemas: current, and of one mind with the validation they are made from.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { challengeSchema } from '../../../src/domain/challenge/schema.ts';
import { courseSchema } from '../../../src/domain/course/read-course-file.ts';

const root = join(import.meta.dirname, '../../..');
const published = (name: string) =>
  JSON.parse(readFileSync(join(root, 'schema', `${name}.schema.json`), 'utf8')) as object;
const cases = join(root, 'test', 'cases', 'challenge');

const read = (path: string): unknown => {
  try {
    return parse(readFileSync(path, 'utf8'), { logLevel: 'silent' });
  } catch {
    return undefined;
  }
};

describe('schema/ and docs/challenge-yml.md', () => {
  it('are current', () => {
    const run = spawnSync(process.execPath, [join(root, 'scripts', 'schemas.ts'), '--check'], { encoding: 'utf8' });
    expect({ status: run.status, err: run.stderr }).toEqual({ status: 0, err: '' });
  });
});

describe.each([
  ['challenge', challengeSchema, 'challenges/prices/challenge.yml'],
  ['course', courseSchema, 'course.yml'],
] as const)('%s.schema.json', (name, schema, file) => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(published(name));
  const files = readdirSync(cases).flatMap((text) => {
    const value = read(join(cases, text, file));
    return value === undefined || value === null ? [] : [[text, value] as const];
  });

  it.each(files)('agrees with the validation about %s', (_, value) => {
    expect(validate(value)).toBe(schema.safeParse(value).success);
  });

  it('describes every key', () => {
    const bare: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (path.endsWith('/properties') && !(value as { description?: string }).description)
          bare.push(`${path}/${key}`);
        walk(value, `${path}/${key}`);
      }
    };
    walk(published(name), '');
    expect(bare).toEqual([]);
  });
});
