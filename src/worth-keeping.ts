// Which webhooks are worth keeping: an event that somebody listens to, and not merely the echo of what we did ourselves.
import { isListenedTo } from './app.ts';

/** What tells our own doing from that of others. The slug is known once GitHub has answered. */
export type OurOwn = { appId: number; courseRepository: string; slug: () => string | undefined };

/** What the echoes have in common, as far as they have it. */
type Told = {
  action?: string;
  check_run?: { app?: { id?: number } | null };
  sender?: { login?: string };
  repository?: { name?: string };
};

/** Where it is not known whose doing it was, it is kept: the rows of the table look for themselves. */
export function isWorthKeeping(event: string, payload: unknown, own?: OurOwn): boolean {
  const told = (payload ?? {}) as Told;
  if (!isListenedTo(event, told.action)) return false;
  return own === undefined || !isEcho(event, told, own);
}

/** A course's app completes more check runs than its students' workflows do, and edits an issue of each for every score. */
function isEcho(event: string, { action, check_run, sender, repository }: Told, own: OurOwn): boolean {
  const slug = own.slug();
  switch (event) {
    case 'check_run':
      return action === 'completed' && check_run?.app?.id === own.appId;
    case 'issues':
      return slug !== undefined && slug !== '' && sender?.login === `${slug}[bot]`;
    case 'workflow_job':
      // Tasks are placed in the course repository alone.
      return repository?.name !== own.courseRepository;
    default:
      return false;
  }
}
