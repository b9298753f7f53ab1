// What the pull request says that the page of a challenge opens: who wrote it, and that nothing is in force by it.
import { code, plain } from '../text/escape.ts';

export type DraftAuthor = { login: string; id: number };
export type DraftWords = { title: string; body: string; message: string };

export function describeDraft(
  { challenge, isNew, files }: { challenge: string; isNew: boolean; files: readonly string[] },
  author: DraftAuthor | undefined,
): DraftWords {
  const what = `${isNew ? 'Add' : 'Change'} the challenge ${plain(challenge)}`;
  const who = author === undefined ? 'somebody who holds the token of the dashboard' : `@${author.login}`;
  return {
    title: what,
    message: [
      what,
      '',
      `Written on the dashboard by ${author?.login ?? 'somebody who holds its token'}.`,
      ...(author === undefined
        ? []
        : ['', `Co-authored-by: ${author.login} <${author.id}+${author.login}@users.noreply.github.com>`]),
    ].join('\n'),
    body: [
      `${who} wrote this on the dashboard.`,
      '',
      ...files.map((path) => `- ${code(path)}`),
      '',
      'Nothing changes until it is merged. The check *plan* says what merging it would mean.',
    ].join('\n'),
  };
}
