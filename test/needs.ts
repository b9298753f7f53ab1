// Tests that need a program which `npm ci` does not bring: where it is missing they are set aside at once, and named at the end.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';

type Body = () => Promise<void> | void;
type TestWith = {
  (name: string, body: Body): void;
  each: <Row>(
    rows: readonly Row[],
  ) => (name: string, body: (...row: Row extends readonly unknown[] ? Row : [Row]) => Promise<void> | void) => void;
};

/** Tests with a program of the path. */
export function testWith(program: string): TestWith {
  return testWhere(isThere(program), program);
}

/** Tests with what has been looked for. Its absence is in the name, from which the reporter has it. */
export function testWhere(there: boolean, needed: string): TestWith {
  const nameOf = (name: string): string => (there ? name : `${name} (needs ${needed})`);
  const chosen = there ? test : test.skip;
  return Object.assign((name: string, body: Body) => chosen(nameOf(name), body), {
    each: ((rows: readonly unknown[][]) => (name: string, body: (...row: unknown[]) => Promise<void> | void) =>
      chosen.each(rows)(nameOf(name), body)) as unknown as TestWith['each'],
  });
}

/** Whether the path has the program. */
export function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
