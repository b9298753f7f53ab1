// What `practicum new` may be told instead of proposing it.

export type NewOptions = {
  out?: string;
  name?: string;
  target?: string;
  order?: string;
  releases?: number;
  starts?: string;
  timezone?: string;
};
