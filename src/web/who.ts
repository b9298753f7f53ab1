// Who asks for a page, and what they are in the course that it is about.
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { CourseRole, Person } from '../ports/session.ts';
import type { RouteSettings } from './route-settings.ts';
import { personIn } from './sign-in-routes.ts';

/** The cookie of whoever has shown the dashboard's token. */
export const tokenCookie = 'practicum';
/** Somebody who leaves the team is out after this time; GitHub is not asked for every page. */
const rememberMs = 60_000;
const mostRemembered = 2000;

export type Who = {
  /** Shown the dashboard's token: for set-up and rescue, in every course. */
  holdsToken: (c: Context) => boolean;
  person: (c: Context) => Promise<Person | undefined>;
  /** What the asker is in this course. */
  role: (c: Context, organisation: string) => Promise<CourseRole>;
};

export function whoAsks({ access, signIn }: Pick<RouteSettings, 'access' | 'signIn'>): Who {
  const remembered = new Map<string, { role: CourseRole; until: number }>();
  const holdsToken = (c: Context): boolean => access.isSession(getCookie(c, tokenCookie));
  const person: Who['person'] = (c) => personIn(c, signIn);
  return {
    holdsToken,
    person,
    async role(c, organisation) {
      if (holdsToken(c)) return { staff: true };
      const asker = await person(c);
      if (!asker || !signIn) return { staff: false };
      const key = `${asker.id} ${asker.login} ${organisation.toLowerCase()}`;
      const known = remembered.get(key);
      if (known && known.until > performance.now()) return known.role;
      const role = await signIn.roleOf(organisation, asker);
      remembered.delete(key);
      remembered.set(key, { role, until: performance.now() + rememberMs });
      if (remembered.size > mostRemembered) remembered.delete(remembered.keys().next().value!);
      return role;
    },
  };
}
