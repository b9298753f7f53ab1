// A limit for what may never end by itself.
import { Failure } from '../domain/text/failure.ts';

/** What `work` comes to, or a failure with the code `deadline` when that takes longer. The work itself goes on, unheard. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Failure('deadline', `${what} did not end within ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
