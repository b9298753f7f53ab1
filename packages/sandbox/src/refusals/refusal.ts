// What one row of the table of refusals says: when GitHub refuses, how, and where that was seen.

export type FieldError = { resource: string; field?: string; code: string; message?: string };

export type Refused = {
  /** The situation, in a sentence. */
  when: string;
  /** Where it is documented or was recorded: a page of GitHub's documentation, or an issue that quotes the answer. Null: a judgement. */
  source: string | null;
  /** The sandbox answers so by itself whenever its world is in this situation. Others have to be switched on. */
  own?: true;
  /** The calls that it strikes when it is switched on: a method, and a path as in the table of routes. Everything if left out. */
  on?: { method?: string; path?: string };
  /** Strikes git as well when it is switched on. */
  everywhere?: true;
  status: number;
  /** `{word}` stands for a value. */
  message?: string;
  errors?: readonly (FieldError | string)[];
  /** The errors of GraphQL, whose answer is 200 unless `status` says otherwise. */
  graphql?: readonly { type?: string; code?: string; message: string }[];
  /** In place of JSON: what a proxy in front of GitHub says. */
  text?: string;
  headers?: Readonly<Record<string, string>>;
  /** Values where none are given. */
  values?: Readonly<Record<string, string>>;
};

export type Table = Readonly<Record<string, Refused>>;
