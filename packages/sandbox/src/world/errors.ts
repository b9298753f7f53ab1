// The refusals of GitHub's API, to be thrown by a handler.
import { fillRefusal, type Values } from '../refusals/fill.ts';
import type { FieldError } from '../refusals/refusal.ts';
import { refusals, type RefusalName } from '../refusals/table.ts';

/** Answered as `status` with a `message`, a `documentation_url` and, where given, `errors`. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: (FieldError | string)[] | undefined;
  readonly headers: Record<string, string>;
  /** Its row of the table of refusals, where it has one. */
  readonly row: RefusalName | undefined;

  constructor(
    status: number,
    message: string,
    errors?: (FieldError | string)[],
    headers: Record<string, string> = {},
    row?: RefusalName,
  ) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
    this.row = row;
  }
}

/** One of the table. */
export function refused(name: RefusalName, values: Values = {}): Refusal {
  const { status, message, errors, headers } = fillRefusal(refusals[name], values);
  return new Refusal(status, message, errors, headers, name);
}

export const notFound = (message = 'Not Found'): Refusal => new Refusal(404, message);
export const forbidden = (message: string = refusals['not-accessible'].message ?? ''): Refusal =>
  new Refusal(403, message);
export const conflict = (message: string): Refusal => new Refusal(409, message);
export const unprocessable = (message: string, errors?: (FieldError | string)[]): Refusal =>
  new Refusal(422, message, errors);
export const invalid = (resource: string, field: string, code: string, message?: string): Refusal =>
  new Refusal(422, 'Validation Failed', [{ resource, field, code, ...(message === undefined ? {} : { message }) }]);
