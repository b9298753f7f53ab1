// Names of student repositories, and whether GitHub would take them.
import type { Course, Owner } from './course.ts';
import { fillTemplate } from '../text/repository-path.ts';

/** The repository of an owner for a challenge; without `{challenge}` in the template, the same for all challenges. */
export function repositoryName(course: Course, challenge: string, owner: Pick<Owner, 'slug'>): string {
  return fillTemplate(course.repositories.name, { challenge, owner: owner.slug });
}

/** Why GitHub would refuse or change a name, in words that follow it; undefined when it is fine. */
export function repositoryNameFault(name: string): string | undefined {
  if (name.length > 100) return `has ${name.length} characters, GitHub allows 100`;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'may only have letters, digits, `.`, `-` and `_`';
  if (/^\.+$/.test(name) || /\.(?:git|wiki|atom)$/i.test(name)) return 'is reserved by GitHub';
  if (name.startsWith('.')) return 'must not begin with a dot: GitHub gives such names a meaning';
  return undefined;
}
