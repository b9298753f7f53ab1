// The notes of a release: what people will notice, by the changelog, and below it every commit.

type Release = {
  version: string;
  /** The text of CHANGELOG.md. */
  changelog: string;
  /** The tag of the release before; absent before the first. */
  last?: string;
  /** Subjects of the commits since then. */
  subjects: readonly string[];
};

/** Throws where the changelog has nothing new to say: whoever releases writes that first. */
export function describeChanges({ version, changelog, last, subjects }: Release): string {
  const noticed = /^## Unreleased\n((?:(?!^## ).*\n)*)/m.exec(changelog)?.[1]?.trim();
  if (!noticed) throw new Error('CHANGELOG.md says nothing under "Unreleased": write what people will notice');
  const commits = subjects.map((subject) => `- ${subject}`).join('\n');
  const title = last === undefined ? 'Commits' : `Commits since ${last}`;
  return `# ${version}\n\n${noticed}\n\n<details><summary>${title}</summary>\n\n${commits}\n\n</details>\n`;
}
