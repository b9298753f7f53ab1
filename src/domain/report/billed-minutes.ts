// What a run costs an organisation whose repositories are private: GitHub bills each job by the minute, begun ones whole.

type Job = { startedAt?: Date; completedAt?: Date };

/**
 * Minutes of all jobs of a run, all attempts among them. A report is weighed while the job that hands it on still runs: that one
 * counts up to now. Undefined where no job has ended, or the times of one are not known.
 */
export function billedMinutes(jobs: readonly Job[], now: Date): number | undefined {
  if (!jobs.some(({ completedAt }) => completedAt)) return undefined;
  let minutes = 0;
  for (const { startedAt, completedAt = now } of jobs) {
    if (!startedAt) return undefined;
    minutes += Math.max(1, Math.ceil((completedAt.getTime() - startedAt.getTime()) / 60_000));
  }
  return minutes;
}

/** Runs of a time as they were recorded: how many, and the minutes of the one in the middle. */
export type RunCosts = { runs: number; median: number; days: number };
/** Runs of so many days say what a push costs. */
export const costDays = 28;

const month = 30;
/** The counted workflow has two jobs, and each takes a minute at least. */
const leastPerPush = 2;

/** For a plan of files alone. */
export function sayLeastCosts(): string {
  return `Actions minutes: a push takes ${leastPerPush} at least, one for each job; public repositories pay nothing. What pushes of a running course take: \`--course ORG\`.`;
}

/** For the plan. What was never measured is said to be unknown. */
export function sayRunCosts(costs: RunCosts | undefined, repositories: number): string {
  if (!costs)
    return `Actions minutes: not known, since no run is recorded yet. A push takes ${leastPerPush} at least, one for each job; public repositories pay nothing.`;
  const { runs, median, days } = costs;
  const perMonth = Math.ceil((runs * median * month) / days);
  return `Actions minutes: a push takes ${median} (the median of ${runs} runs of the last ${days} days). At that pace the ${repositories} repositories take about ${perMonth} in ${month} days; public ones pay nothing.`;
}
