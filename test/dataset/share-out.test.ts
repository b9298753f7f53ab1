// Tasks shared out are each done once, whoever has no memory for them; a failure ends it.
import { expect, test } from 'vitest';
import { shareOut } from '../../src/dataset/slice/share-out.ts';

const isTooMuch = (error: unknown): boolean => (error as Error).message === 'too much';

test('what is too much for two is done by one', async () => {
  let atWork = 0;
  const done: number[] = [];
  const run = async (_: string, task: number): Promise<number> => {
    atWork += 1;
    await Promise.resolve();
    try {
      if (task % 2 === 0 && atWork > 1) throw new Error('too much');
      done.push(task);
      return task * 10;
    } finally {
      atWork -= 1;
    }
  };
  expect(await shareOut([0, 1, 2, 3, 4, 5], ['a', 'b'], run, isTooMuch)).toEqual([0, 10, 20, 30, 40, 50]);
  expect(done.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
});

test('what is too much for one, and any other failure, is thrown, and nothing is begun after it', async () => {
  const begun: number[] = [];
  const failing = (message: string) => async (_: string, task: number) => {
    begun.push(task);
    await Promise.resolve();
    if (task === 1) throw new Error(message);
    return task;
  };
  await expect(shareOut([0, 1, 2], ['a'], failing('too much'), isTooMuch)).rejects.toThrow('too much');
  await expect(shareOut([0, 1, 2, 3, 4, 5], ['a', 'b'], failing('broken'), isTooMuch)).rejects.toThrow('broken');
  expect(begun.filter((task) => task > 3)).toEqual([]);
});
