// Who may see which page: the staff by the dashboard's token, a student by the key of their own page.
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Access = {
  /** True for the staff's token; always true where the dashboard is open. */
  isStaff: (token: string | undefined) => boolean;
  /** What a browser keeps instead of the token, so that a stolen cookie ends with the token and never reveals it. */
  session: string;
  isSession: (cookie: string | undefined) => boolean;
  /** True for the key of this one student's page. */
  isStudent: (key: string | undefined, organisation: string, owner: string) => boolean;
  /** What a student's own page is called, with the key that opens it. */
  studentPath: (organisation: string, owner: string) => string;
};

/** `open` is for a dashboard on one's own machine, with nobody else's data. */
const openDashboard = 'open';

export function accessBy(token: string): Access {
  const derive = (purpose: string): string => createHmac('sha256', token).update(purpose).digest('base64url');
  const keyOf = (organisation: string, owner: string): string =>
    derive(`student\0${organisation.toLowerCase()}\0${owner}`).slice(0, 32);
  const isOpen = token === openDashboard;
  const session = derive('session');
  return {
    isStaff: (given) => isOpen || same(given, token),
    session,
    isSession: (given) => isOpen || same(given, session),
    isStudent: (key, organisation, owner) => same(key, keyOf(organisation, owner)),
    studentPath: (organisation, owner) => {
      const path = `/${encodeURIComponent(organisation)}/students/${encodeURIComponent(owner)}`;
      return isOpen ? path : `${path}?key=${keyOf(organisation, owner)}`;
    },
  };
}

/** Compares without telling by its time how much was right. */
function same(given: string | undefined, expected: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}
