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

/** `ids`: of the logins that exist. `known`: who was seen before. A slug that is on the roster itself is nobody else's old name. */
export function identifyOwners(
  owners: readonly Owner[],
  ids: ReadonlyMap<string, number>,
  known: readonly { id: number; login: string; slug: string }[],
): Identity {
  const slugs = new Map(known.map(({ id, slug }) => [id, slug]));
  const present = new Set(owners.map(({ slug }) => slug.toLowerCase()));
  const aliases: Record<string, string> = {};
  for (const { kind, slug } of owners) {
    const id = ids.get(slug.toLowerCase());
    const before = id === undefined ? undefined : slugs.get(id);
    if (kind !== 'student' || before === undefined || before === slug) continue;
    if (before.toLowerCase() === slug.toLowerCase() || !present.has(before.toLowerCase()))
      aliases[slug.toLowerCase()] = before;
  }
  const identified = withAliases(owners, aliases);
  const accounts = identified.flatMap(({ kind, slug, members }) =>
    members.flatMap(({ login }) => {
      const id = ids.get(login.toLowerCase());
      // Of a member of a group the slug is the student's own name: groups change, people stay.
      return id === undefined ? [] : [{ id, login, slug: kind === 'student' ? slug : (slugs.get(id) ?? login) }];
    }),
  );
  return { owners: identified, aliases, accounts };
}
