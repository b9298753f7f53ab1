// Who a login is: GitHub's numeric id is the identity, so an account that was renamed keeps its owner, repository and points.
import type { Owner } from './course.ts';

export type Identity = {
  owners: Owner[];
  /** Login (lower case) → slug, where the two differ because the account was renamed. */
  aliases: Record<string, string>;
  /** What to remember: id, login and owner of each account. */
  accounts: { id: number; login: string; slug: string }[];
};

/** Puts the owners of renamed accounts under the slug that they have had from the first contact on. */
export function withAliases(owners: readonly Owner[], aliases: Readonly<Record<string, string>>): Owner[] {
  return owners.map((owner) => {
    const slug = owner.kind === 'student' ? aliases[owner.slug.toLowerCase()] : undefined;
    return slug === undefined ? owner : { ...owner, slug };
  });
}

/**
 * `ids`: of the logins that exist. `known`: who was seen before. Who was here first keeps the slug; a newcomer who took the old
 * login of somebody in the course gets one with GitHub's id behind it.
 */
export function identifyOwners(
  owners: readonly Owner[],
  ids: ReadonlyMap<string, number>,
  known: readonly { id: number; login: string; slug: string }[],
): Identity {
  const slugs = new Map(known.map(({ id, slug }) => [id, slug]));
  const idOf = (login: string): number | undefined => ids.get(login.toLowerCase());
  const taken = new Set(owners.filter(({ kind }) => kind === 'group').map(({ slug }) => slug.toLowerCase()));
  const aliases: Record<string, string> = {};
  const students = owners.filter(({ kind }) => kind === 'student');
  const giveSlug = (login: string, slug: string): void => {
    taken.add(slug.toLowerCase());
    if (slug !== login) aliases[login.toLowerCase()] = slug;
  };
  // Also of those who left: their repositories are not a newcomer's.
  const ofOthers = new Set(known.map(({ slug }) => slug.toLowerCase()));
  const newcomers: string[] = [];
  for (const { slug: login } of students) {
    const before = slugs.get(idOf(login) ?? -1);
    if (before !== undefined && !taken.has(before.toLowerCase())) giveSlug(login, before);
    else newcomers.push(login);
  }
  for (const login of newcomers) {
    const isTaken = taken.has(login.toLowerCase()) || ofOthers.has(login.toLowerCase());
    giveSlug(login, isTaken ? `${login}-${idOf(login) ?? 'other'}` : login);
  }
  const identified = withAliases(owners, aliases);
  const accounts = new Map<number, Identity['accounts'][number]>();
  for (const { kind, slug, members } of identified)
    for (const { login } of members) {
      const id = idOf(login);
      // Of a member of a group the slug is the student's own name: groups change, people stay.
      if (id !== undefined) accounts.set(id, { id, login, slug: kind === 'student' ? slug : (slugs.get(id) ?? login) });
    }
  return { owners: identified, aliases, accounts: [...accounts.values()] };
}
