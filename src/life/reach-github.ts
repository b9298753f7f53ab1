// GitHub may be away when the app starts: webhooks are stored all the same, and work begins once it has answered.
import { classifyFailure } from '../domain/jobs/classify-failure.ts';
import type { Log } from '../ports/clock.ts';
import { within } from './within.ts';

export type Reaching<T> = {
  /** What was opened, once GitHub has answered. */
  now: () => T | undefined;
  /** Stops trying. */
  stop: () => void;
};

type Settings<T> = {
  /** Asks GitHub; what it opens is there once. */
  open: () => Promise<T>;
  /** Called once with it. */
  begin: (opened: T) => Promise<void>;
  log: Log;
  /** How long one answer may take. */
  patienceMs?: number;
  firstPauseMs?: number;
};

const usualPatienceMs = 10_000;
const usualPauseMs = 1000;
const longestPauseMs = 30_000;

/** Resolves after the first attempt, whatever it came to. Rejects where GitHub answered, and does not know this App. */
export async function reachGitHub<T>(settings: Settings<T>): Promise<Reaching<T>> {
  const { open, begin, log, patienceMs = usualPatienceMs, firstPauseMs = usualPauseMs } = settings;
  let opened: T | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (): Promise<void> => {
    const found = await within(patienceMs, 'a first answer of GitHub', open());
    if (stopped) return;
    opened = found;
    await begin(found);
  };
  const again = (pause: number): void => {
    timer = setTimeout(() => {
      attempt().then(
        () => log.info({}, 'GitHub has answered: work begins'),
        (error: unknown) => {
          if (stopped) return;
          log.error({ err: error }, 'GitHub does not answer; webhooks are stored, and work waits');
          again(Math.min(longestPauseMs, pause * 2));
        },
      );
    }, pause);
  };
  try {
    await attempt();
  } catch (error) {
    if (!isAway(error)) throw error;
    log.error({ err: error }, 'GitHub does not answer; webhooks are stored, and work waits');
    again(firstPauseMs);
  }
  return {
    now: () => opened,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** A refusal of this App, in GitHub's own words, is for whoever starts it; everything else passes. */
function isAway(error: unknown): boolean {
  const { code, name, status, cause } = error as Record<'code' | 'name' | 'status' | 'cause', unknown>;
  if (code === 'deadline') return true;
  if (name === 'GitHubError' && typeof status === 'number' && !isWorded(cause)) return true;
  return status !== 401 && code !== 'unauthorised' && classifyFailure(error) === 'github';
}

/** GitHub says why, in JSON. What stands in its place, a proxy or a page to sign in to a network, says something else. */
function isWorded(cause: unknown): boolean {
  const { response } = (cause ?? {}) as { response?: { data?: { message?: unknown } } };
  return typeof response?.data?.message === 'string';
}
