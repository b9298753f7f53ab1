// What a student is told where GitHub tells them: one comment with a mention, on the dashboard issue.
import { sayInstant } from '../time/say-time.ts';
import { code, plain } from '../text/escape.ts';

export type Notice = { members: readonly string[]; zone: string; page: string } & (
  | { occasion: 'release'; challenge: string; release: string; url: string; pullRequest: boolean }
  | { occasion: 'deadline'; challenge: string; ends: Date }
  | { occasion: 'incident'; challenge: string; code: string; since: Date }
);

/** By which a comment is known again: it is made once. */
export function noticeMarker(occasion: string, subject: string): string {
  return `<!-- practicum-notice ${occasion} ${subject.replaceAll('--', '-')} -->`;
}

/** Logins are GitHub's own, of letters, digits and hyphens: nothing else is mentioned. */
export function describeNotice(notice: Notice): string {
  const mentions = notice.members
    .filter((login) => /^[a-z\d](?:[a-z\d-]{0,38})$/i.test(login))
    .map((login) => `@${login}`);
  return [mentions.join(' '), sentence(notice)].filter(Boolean).join(': ');
}

function sentence(notice: Notice): string {
  const name = plain(notice.challenge);
  switch (notice.occasion) {
    case 'release':
      return notice.pullRequest
        ? `${code(notice.release)} of ${name} is here: [merge its pull request](${notice.url}).`
        : `${code(notice.release)} of ${name} is here: [it is on your default branch](${notice.url}); pull before you push.`;
    case 'deadline':
      return `${name} ends on ${sayInstant(notice.ends, notice.zone)}. What GitHub has received by then counts; [your page](${notice.page}) says what is open.`;
    case 'incident':
      return `your service of ${name} does not work since ${sayInstant(notice.since, notice.zone)} (${code(notice.code)}). [Your page](${notice.page}) has what was asked and answered.`;
  }
}
