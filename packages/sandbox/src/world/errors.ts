// The refusals of GitHub's API, to be thrown by a handler.

export type FieldError = { resource: string; field?: string; code: string; message?: string };

/** Answered as `status` with a `message`, a `documentation_url` and, where given, `errors`. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: (FieldError | string)[] | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, errors?: (FieldError | string)[], headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

export const notFound = (message = 'Not Found'): Refusal => new Refusal(404, message);
export const forbidden = (message = 'Resource not accessible by integration'): Refusal => new Refusal(403, message);
export const conflict = (message: string): Refusal => new Refusal(409, message);
export const unprocessable = (message: string, errors?: (FieldError | string)[]): Refusal =>
  new Refusal(422, message, errors);
export const invalid = (resource: string, field: string, code: string, message?: string): Refusal =>
  new Refusal(422, 'Validation Failed', [{ resource, field, code, ...(message === undefined ? {} : { message }) }]);
