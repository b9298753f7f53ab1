// One connection to the database, as the pool opens it: text that PostgreSQL can hold, statements that it reads once.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { storableText } from '../domain/text/storable.ts';

type Asked = { text: string; values: unknown[]; name?: string };
type Callback = (error: Error | undefined, result: unknown) => void;

/** A statement that was asked so often is prepared; what is asked now and then is not. */
const usedOften = 3;
/** Each takes memory in the server, on every connection. */
const mostPrepared = 200;
/** Texts that are counted; those with something of their own in them come once each. */
const mostCounted = 1000;
/** SQLSTATE of a prepared statement whose columns are others by now. */
const changedShape = '0A000';

/**
 * Text of others goes in as text that PostgreSQL can hold, whichever door it came through. On a connection that is the
 * server's own, what is asked often is prepared: to be read and planned is most of what short statements cost.
 */
export class Client extends pg.Client {
  /** False where a pooler stands between: what one connection of it prepared, the next does not know. */
  #direct = false;
  readonly #uses = new Map<string, number>();
  #names = new Map<string, string>();
  #generation = 0;

  /** `pid`: of the process that answers. A pooler gave a number of its own when the connection began. */
  recognise(pid: number): void {
    this.#direct = pid === (this as unknown as { processID: number }).processID;
  }

  // The driver's own signature has a dozen forms; all of them end in a list of values, where there is one.
  override query: pg.Client['query'] = ((...args: unknown[]) => {
    const [text, values, ...rest] = args;
    if (typeof text === 'string' && Array.isArray(values))
      return this.#ask(this.#prepared(text, values.map(storable)), rest[0] as Callback | undefined);
    return this.#pass(...args.map(cleaned));
  }) as pg.Client['query'];

  #pass(...args: unknown[]): unknown {
    return (super.query as (...all: unknown[]) => unknown).apply(this, args);
  }

  /** Once more where a migration of another process changed what the statement answers. */
  #ask(asked: Asked, callback?: Callback): unknown {
    const { name: _name, ...plain } = asked;
    if (callback)
      return this.#pass(asked, (error: Error | undefined, result: unknown) =>
        this.#mayAskAgain(asked, error) ? this.#pass(plain, callback) : callback(error, result),
      );
    const answer = this.#pass(asked) as Promise<unknown>;
    if (asked.name === undefined) return answer;
    return answer.catch((error: unknown) => {
      if (!this.#mayAskAgain(asked, error)) throw error;
      return this.#pass(plain);
    });
  }

  #prepared(text: string, values: unknown[]): Asked {
    if (!this.#direct || values.length === 0) return { text, values };
    let name = this.#names.get(text);
    if (name === undefined) {
      if (this.#names.size >= mostPrepared) return { text, values };
      const uses = (this.#uses.get(text) ?? 0) + 1;
      if (this.#uses.size >= mostCounted) this.#uses.clear();
      this.#uses.set(text, uses);
      if (uses < usedOften) return { text, values };
      name = `p${this.#generation}_${createHash('sha256').update(text).digest('base64url')}`;
      this.#names.set(text, name);
    }
    return { text, values, name };
  }

  /** Not within a transaction, which is over: all of it is to be tried again. */
  #mayAskAgain({ name }: Asked, error: unknown): boolean {
    if (name === undefined || (error as { code?: string } | undefined)?.code !== changedShape) return false;
    this.#generation += 1;
    this.#names = new Map();
    return this.getTransactionStatus() === 'I';
  }
}

function cleaned(arg: unknown): unknown {
  if (Array.isArray(arg)) return arg.map(storable);
  const { values } = (arg ?? {}) as { values?: unknown };
  return Array.isArray(values) && !('submit' in (arg as object))
    ? { ...(arg as object), values: values.map(storable) }
    : arg;
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  return Array.isArray(value) ? value.map(storable) : value;
}
