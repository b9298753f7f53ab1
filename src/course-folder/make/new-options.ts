// What `practicum new` may be told instead of proposing it.

export type NewOptions = {
  out?: string;
  name?: string;
  /** The names of the columns of a file that has no header. */
  columns?: readonly string[];
  target?: string;
  order?: string;
  releases?: number;
  starts?: string;
  timezone?: string;
};
