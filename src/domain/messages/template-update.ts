// What a student reads when the template changed: a commit's message, or a pull request with what to do.
import { code } from '../text/escape.ts';

type Merge = { files: string[]; conflicts: string[] };
type PullRequestText = { branch: string; title: string; body: string; message: string };

const branchPrefix = 'practicum/template-';
const longest = 50;

export function isTemplateBranch(branch: string): boolean {
  return branch.startsWith(branchPrefix);
}

export function describeTemplateUpdate(template: string, to: string, { files, conflicts }: Merge): PullRequestText {
  const short = to.slice(0, 7);
  const branch = `${branchPrefix}${short}`;
  const message = `Update from the course template

What changed in ${template} up to ${short}. Your own work is untouched.
To undo it: git revert this commit.

Practicum-Template: ${to}`;
  const changed = `**Changed in the template:**\n\n${list(files)}`;
  const undo =
    'To undo it after merging, press **Revert** on this page. To refuse it, close it; the next template update will include it again.';
  const head = `<!-- practicum:template:${to} -->\nYour repository’s template changed (${code(template)}, ${code(short)}).`;
  if (conflicts.length === 0) {
    const body = `${head} The change merges cleanly, but touches files that you changed too. Review it, then merge.\n\n${changed}\n\n${undo}`;
    return { branch, message, title: 'Update from the course template', body };
  }
  const body = `${head} You and the template changed the same lines, so **you decide**. Your own branch is untouched; only this branch contains the conflicts.

**To resolve:**

${list(conflicts)}

1. \`git fetch origin && git switch ${branch}\`
2. In each file, between \`<<<<<<< yours\` and \`>>>>>>> template\`, keep the right lines. If one side deleted the file, keep it or \`git rm\` it. Of binary files, your version was kept.
3. Run your tests, commit, \`git push\`.
4. Mark this pull request as ready, then merge. Do not merge it earlier: it contains conflict markers.

${changed}

${undo}`;
  const files_ = conflicts.length === 1 ? '1 file is' : `${conflicts.length} files are`;
  return { branch, message, title: `Update from the course template: ${files_} for you to resolve`, body };
}

function list(lines: readonly string[]): string {
  const shown = lines.slice(0, longest).map((line) => `- ${code(line)}`);
  const rest = lines.length - shown.length;
  return [...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}

export function describeSuperseded(number: number): string {
  return `A newer template update includes this one: #${number}. Your work on this branch is kept.`;
}
