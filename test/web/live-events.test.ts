// Server-sent events: told once for each change, one question for all, bounded, and nothing left running.
import { expect, test } from 'vitest';
import { startServer } from '../../src/web/server.ts';
import { liveEvents } from '../../src/web/live-events.ts';

function reader(answer: Response | undefined) {
  const source = answer!.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const until = async (words: string): Promise<string> => {
    while (!text.includes(words)) {
      const { value, done } = await source.read();
      if (done) throw new Error(`ended before “${words}”: ${text}`);
      text += decoder.decode(value, { stream: true });
    }
    const all = text;
    text = '';
    return all;
  };
  return { until, close: () => source.cancel() };
}

test('listeners of one course share one question, and hear of each change once', async () => {
  let asked = 0;
  let mark = 'a';
  const events = liveEvents(async (organisation) => {
    asked += 1;
    return `${organisation} ${mark}`;
  }, 5);
  const [one, two] = [reader(events.listen('Org')), reader(events.listen('org'))];
  await one.until('still here');
  await two.until('still here');
  const before = asked;
  await one.until('still here');
  await two.until('still here');
  // Eight rounds for both of them, and not twice as many.
  expect(asked - before).toBeLessThanOrEqual(16);
  mark = 'b';
  const heard = await Promise.all([one.until('changed'), two.until('changed')]);
  expect(heard.map((text) => text.match(/event: changed/g))).toEqual([['event: changed'], ['event: changed']]);
  expect(await one.until('still here')).not.toContain('changed');
  await one.close();
  expect(events.listeners()).toBe(1);
  mark = 'c';
  await two.until('changed');
  await two.close();
  expect(events.listeners()).toBe(0);
});

test('a database that does not answer ends nothing', async () => {
  let broken = false;
  let mark = 'a';
  const events = liveEvents(async () => (broken ? Promise.reject(new Error('away')) : mark), 5);
  const one = reader(events.listen('org'));
  await one.until('still here');
  broken = true;
  await one.until('still here');
  broken = false;
  mark = 'b';
  await one.until('changed');
  await one.close();
});

test('so many listen, and no more; a place that becomes free is taken', async () => {
  const events = liveEvents(async () => 'a', 1000);
  const all = Array.from({ length: 60 }, () => reader(events.listen('org')));
  expect(events.listen('org')).toBeUndefined();
  const other = reader(events.listen('other'));
  await all[0]!.close();
  const late = reader(events.listen('org'));
  for (const one of [...all.slice(1), other, late]) await one.close();
  expect(events.listeners()).toBe(0);
});

test('a server that stops waits for no page that is live', async () => {
  const events = liveEvents(async () => 'a', 5);
  const pages = (): Response => events.listen('org')!;
  const server = await startServer({ secret: 'x', host: '127.0.0.1', port: 0, accept: async () => undefined, pages });
  const answer = await fetch(`http://127.0.0.1:${server.port}/`);
  const one = reader(answer);
  await one.until('still here');
  await server.close();
  await expect(one.until('changed')).rejects.toThrow();
  // The connection is gone before its stream hears of it.
  while (events.listeners() > 0) await new Promise((resolve) => setImmediate(resolve));
});
