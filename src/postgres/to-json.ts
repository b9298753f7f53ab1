// What we store as JSON: text of others may hold what PostgreSQL has no place for.
import { storableJson } from '../domain/text/storable.ts';
import { Failure } from '../domain/text/failure.ts';

/** JSON that `jsonb` takes: NUL and halves of surrogate pairs become the replacement character. */
export function toJson(value: unknown): string {
  try {
    return storableJson(JSON.stringify(value));
  } catch (cause) {
    // Nested thousands deep: nothing that is meant to be read.
    throw new Failure('unstorable', 'it cannot be stored as JSON: it is nested too deeply', { cause, permanent: true });
  }
}
