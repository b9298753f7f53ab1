// What a student reads when the template changed: a commit's message, or a pull request with what to do.
import { code } from '../text/escape.ts';

type Merge = { files: string[]; conflicts: string[] };
type Words = { branch: string; title: string; body: string; message: string };

const branchPrefix = 'practicum/template-';
const longest = 50;

export function isTemplateBranch(branch: string): boolean {
  return branch.startsWith(branchPrefix);
}

export function describeTemplateUpdate(template: string, to: string, { files, conflicts }: Merge): Words {
  const short = to.slice(0, 7);
  const branch = `${branchPrefix}${short}`;
  const message = `Update from the course template

What changed in ${template} up to ${short}. Your own work is untouched.
To undo it: git revert this commit.

Practicum-Template: ${to}`;
  const changed = `**Changed in the template:**\n\n${list(files)}`;
  const undo =
    'To undo it after merging, press **Revert** on this page. To refuse it, close it; the next update of the template brings it again.';
  const head = `<!-- practicum:template:${to} -->\nThe template of your repository changed (${code(template)}, ${code(short)}).`;
  if (conflicts.length === 0) {
    const body = `${head} The change fits beside your own, but touches files that you changed too: look at it, then merge.\n\n${changed}\n\n${undo}`;
    return { branch, message, title: 'Update from the course template', body };
  }
  const body = `${head} Both you and the template changed the same places, so **you decide**. Your branch is as it was; only this branch holds the attempt.

**To settle:**

${list(conflicts)}

1. \`git fetch origin && git switch ${branch}\`
2. In each file, between \`<<<<<<< yours\` and \`>>>>>>> template\`, keep what is right. Where a file was deleted on one side, keep it or \`git rm\` it. Of a file that is not text, yours was kept.
3. Run your tests, commit, \`git push\`.
4. Mark this pull request as ready, and merge. Do not merge it before: it holds conflict markers.

${changed}

${undo}`;
  const files_ = conflicts.length === 1 ? '1 file is' : `${conflicts.length} files are`;
  return { branch, message, title: `Update from the course template: ${files_} for you to settle`, body };
}

function list(lines: readonly string[]): string {
  const shown = lines.slice(0, longest).map((line) => `- ${code(line)}`);
  const rest = lines.length - shown.length;
  return [...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}

export function describeSuperseded(number: number): string {
  return `A newer update of the template contains this one: #${number}. What you did on this branch stays there.`;
}
