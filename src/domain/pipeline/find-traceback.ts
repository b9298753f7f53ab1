// Lines of the student's own code that a Python traceback names.

export type CodeLine = { path: string; line: number; message: string };

const frame = /^\s*File "([^"\n]+)", line (\d+)(?:, in .*)?$/;
const block = /^Traceback \(most recent call last\):$/;

/**
 * The innermost line of the student's code for each traceback of a log, with the error's own words. `workspace` is the
 * folder of the repository: frames elsewhere (libraries, the interpreter) are passed over.
 */
export function findTracebacks(log: string, workspace: string): CodeLine[] {
  const root = workspace.replaceAll('\\', '/').replace(/\/$/, '');
  const lines = log.split(/\r?\n/);
  const found: CodeLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (!block.test(lines[index]!.trim()) && !isSyntaxError(lines, index)) continue;
    let innermost: { path: string; line: number } | undefined;
    let at = block.test(lines[index]!.trim()) ? index + 1 : index;
    for (; at < lines.length && (at === index || /^\s/.test(lines[at]!)); at++) {
      const match = frame.exec(lines[at]!);
      const path = match && inRepository(match[1]!, root);
      if (path) innermost = { path, line: Number(match[2]) };
    }
    const message = lines[at]?.trim();
    if (innermost && message) found.push({ ...innermost, message });
    index = Math.max(index, at - 1);
  }
  return found.slice(0, 10);
}

/** A syntax error in the main script has no "Traceback" line before its frame. */
function isSyntaxError(lines: readonly string[], index: number): boolean {
  if (!frame.test(lines[index]!)) return false;
  return lines.slice(index + 1, index + 5).some((line) => /^(SyntaxError|IndentationError|TabError)\b/.test(line));
}

function inRepository(path: string, root: string): string | undefined {
  const slashed = path.replaceAll('\\', '/');
  const absolute = slashed.startsWith('/') || /^[A-Za-z]:\//.test(slashed);
  if (absolute && !slashed.startsWith(`${root}/`)) return undefined;
  const inside = absolute ? slashed.slice(root.length + 1) : slashed.replace(/^\.\//, '');
  if (
    inside.startsWith('<') ||
    inside.split('/').some((part) => part === '..' || /^(site-packages|\.?venv|node_modules)$/.test(part))
  )
    return undefined;
  return inside;
}
