// The limits of a caller: as they are set, and what is left of them.

export type RateLimitSettings = {
  /** Refuse what goes over the hourly budget. */
  primary: boolean;
  /** Refuse what goes over the limits per minute, per hour of content, and at once. */
  secondary: boolean;
  /** Whose hours and minutes: the machine's or the course's. */
  time: 'real' | 'course';
  /** Calls per hour; GitHub's own figures if left out. */
  perHour?: number;
  restPointsPerMinute: number;
  graphqlPointsPerMinute: number;
  contentPerMinute: number;
  contentPerHour: number;
  concurrent: number;
};

/** What is left of an hour's requests; `reset` in seconds since 1970. */
export type Budget = { limit: number; remaining: number; used: number; reset: number; resource: string };
