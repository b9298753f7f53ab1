// Whether a pull request is the post-mortem of an incident: it names the incident, has the sections, and a test that failed before.

/** A pull request of a person, as GitHub shows it. Commits in order, the oldest first. */
export type IncidentPull = {
  number: number;
  createdAt: Date;
  title: string;
  body: string;
  commits: PullCommit[];
};
export type PullCommit = {
  sha: string;
  /** Paths that it adds or changes. */
  files: string[];
  /** What CI says of it; absent while it says nothing, or has not ended. */
  conclusion?: 'success' | 'failure';
  /** When CI had ended. */
  endedAt?: Date;
};

export type PostMortem = { at: Date; lacks: string[] };

/** Words that make a section written. */
const leastWords = 5;

/** `#12` and nothing longer. */
export function namesIncident({ title, body }: Pick<IncidentPull, 'title' | 'body'>, issue: number): boolean {
  return new RegExp(`(?<![\\w/])#${issue}(?!\\d)`).test(`${title}\n${body}`);
}

/** The one that lacks least; of equals the earlier one. Undefined where no pull request names the incident. */
export function findPostMortem(
  pulls: readonly IncidentPull[],
  { issue, sections }: { issue: number; sections: readonly string[] },
): PostMortem | undefined {
  const all = pulls.filter((pull) => namesIncident(pull, issue)).map((pull) => examine(pull, sections));
  return all.toSorted((a, b) => a.lacks.length - b.lacks.length || a.at.getTime() - b.at.getTime())[0];
}

function examine({ createdAt, body, commits }: IncidentPull, sections: readonly string[]): PostMortem {
  const lacks = sections
    .filter((name) => wordsBelow(body, name) < leastWords)
    .map((name) => `the section "${name}" with at least ${leastWords} words`);
  const last = commits.at(-1);
  const red = commits.find((commit, index) => commit.conclusion === 'failure' && bringsOnlyTests(commits, index));
  if (!commits.some(({ files }) => files.some(isTest))) lacks.push('a test');
  else if (!red) lacks.push('a commit with the test alone, at which CI fails: the old code must not pass it');
  if (last?.conclusion !== 'success') lacks.push('a last commit at which CI passes');
  // It is complete when the last thing that it needs is there.
  const ended = [red, last].flatMap((commit) => commit?.endedAt?.getTime() ?? []);
  return { at: new Date(Math.max(createdAt.getTime(), ...ended)), lacks };
}

/** Up to this commit nothing but tests changed: what runs is the old code. */
function bringsOnlyTests(commits: readonly PullCommit[], index: number): boolean {
  const files = commits.slice(0, index + 1).flatMap((commit) => commit.files);
  return files.length > 0 && files.every(isTest);
}

export function isTest(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /(^|\/)tests?\//i.test(path) || /^test_|[._-]test\.|^conftest\.py$/i.test(name);
}

function wordsBelow(body: string, section: string): number {
  const lines = body.split(/\r?\n/);
  const from = lines.findIndex((line) => heading(line) === section.toLowerCase());
  if (from < 0) return 0;
  const rest = lines.slice(from + 1);
  const to = rest.findIndex((line) => heading(line) !== undefined);
  const text = withoutComments(rest.slice(0, to < 0 ? rest.length : to).join(' '));
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** The words of a Markdown heading, without marks; undefined for any other line. */
function heading(line: string): string | undefined {
  const words = /^#{1,6}[ \t]+(\S.*)$/.exec(line)?.[1];
  return words
    ?.replace(/[*_:#]/g, '')
    .trim()
    .toLowerCase();
}

/** One that is not closed hides all the rest, as on GitHub. */
function withoutComments(text: string): string {
  const [before = '', ...comments] = text.split('<!--');
  const behind = (comment: string): string => {
    const end = comment.indexOf('-->');
    return end < 0 ? '' : comment.slice(end + 3);
  };
  return [before, ...comments.map(behind)].join(' ');
}
