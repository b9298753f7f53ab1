// Tasks done by several hands at the same time, their results in the order of the tasks.

/**
 * Each hand takes the next task when it is done with one. What there is too much of for all at once is done again by the first
 * hand alone. Any other failure is thrown once nobody is at work.
 */
export async function shareOut<Task, Hand, Result>(
  tasks: readonly Task[],
  hands: readonly Hand[],
  run: (hand: Hand, task: Task) => Promise<Result>,
  isTooMuch: (error: unknown) => boolean,
): Promise<Result[]> {
  const waiting = [...tasks.entries()];
  const results: Result[] = [];
  const work = async (hand: Hand, isAlone: boolean): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        results[next[0]] = await run(hand, next[1]);
      } catch (error) {
        if (!isAlone && isTooMuch(error)) return void waiting.push(next);
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(hands.map((hand) => work(hand, hands.length === 1)));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  await work(hands[0]!, true);
  return results;
}
