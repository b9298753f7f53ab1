// The line forms of linters: pylint, flake8, ruff (concise, full, grouped, GitHub's, Azure's), black and mypy.
import { toColumn, type Lint, type LintFinding } from './lint.ts';

/** `path:1:8: F401 text`, `C:\path:1: [C0114] text`, and mypy's `path:1: error: text  [code]`. */
const CODED = /^((?:[A-Za-z]:)?[^\s:][^:]{0,500}):(\d{1,9}):(?:(\d{1,9}):)? ?\[?([A-Z]{1,5}\d{2,4})\]?:? (.*)$/;
const MYPY = /^((?:[A-Za-z]:)?[^\s:][^:]{0,500}):(\d{1,9}):(?:(\d{1,9}):)?(?:\d{1,9}:\d{1,9}:)? error: (.*)$/;
/** Pyright: `  /path:1:8 - error: text (rule)`. Pylint for editors: `path:1: [C0114(name), scope] text` and `path(1): […] text`. */
const PYRIGHT = /^\s*((?:[A-Za-z]:)?[^\s:][^:]{0,500}):(\d{1,9}):(\d{1,9}) - (?:error|warning): (.*)$/;
const EDITOR = /^((?:[A-Za-z]:)?[^\s:(][^:(]{0,500})[:(](\d{1,9})\)?: \[([A-Z]\d{4})[^\]]{0,500}\] (.*)$/;
const SYNTAX =
  /^((?:[A-Za-z]:)?[^\s:][^:]{0,500}):(\d{1,9}):(\d{1,9}): ?(?:invalid-syntax|SyntaxError|syntax error)\b:?(.*)$/i;
/** Ruff's full form: the code stands above, the place below. */
const TITLE = /^(?:([A-Z]{1,5}\d{2,4})|(invalid-syntax|syntax-error))(?: \[\*\])?:? (.*)$/;
const ARROW = /^\s*--> (.+):(\d{1,9}):(\d{1,9})\s*$/;
/** Ruff's grouped form: the file stands above, `  1:8 F401 [*] text` below. */
const GROUP = /^(\S.{0,500}):\s*$/;
const GROUPED = /^\s+(\d{1,9}):(\d{1,9})\s+(?:([A-Z]{1,5}\d{2,4})\s|(?:invalid-syntax|SyntaxError):\s)(.*)$/;
const GITHUB = /^::(?:error|warning) (.*?)::(.*)$/;
const AZURE = /^##vso\[task\.logissue (.*?)\](.*)$/;
/** Black's and ruff's; what was put in order by the job was not in order in the commit. */
const BLACK = /^(?:would reformat:?|reformatted) (.+)$/i;

const RATING = /rated at (-?\d{1,6}(?:\.\d{1,6})?)\/10/;
/** What a linter says when it found nothing. */
const CLEAN = [
  /^All checks passed!\s*$/m,
  /^All done!.*\r?\n?.*left unchanged\.?\s*$/m,
  /^\d+ files? (?:would be left unchanged|already formatted|left unchanged)\.?\s*$/m,
  /^Success: no issues found in \d+ source files?\s*$/m,
  /^Found 0 errors\b/m,
  /^0 errors, 0 warnings, \d+ informations?\s*$/m,
  // All that `flake8 --count` writes.
  /^0\s*$/,
];
/** A linter that was given nothing to look at is content with it. */
const NOTHING = /^(?:warning: )?No (?:Python )?files? (?:are present|found)\b.*|^No Python files (?:are|found)\b.*/im;
/** Beside words of content, these are of another linter that was not content, in a form that is not known here. */
const SUSPECT =
  /^(?!.*\b(?:0|no) (?:errors?|issues)\b)(?!.*: note: ).*(?:\b(?:errors?|fail(?:ed|ure)|fatal|issue):?\s|\.pyi?[:( ]\d).*/im;
// eslint-disable-next-line no-control-regex -- the colours of a terminal
const COLOURS = /\u001b\[[\d;]{0,20}[A-Za-z]/g;
const COUNT = /^Found (\d{1,9}) (?:errors?|diagnostics?)\b/m;
/** What is written instead of a report when a linter could not do its work, although some of it may look like one. */
const BROKEN =
  /command not found|No module named|^Traceback \(most recent call last\)|not recognized as (?:an internal|the name)|^ERROR: |^error: |^ruff failed/m;

export function readLintLines(report: string): Lint | { unreadable: string } {
  const text = report.replaceAll(COLOURS, '');
  const findings = collect(text.split(/\r?\n/));
  const rating = RATING.exec(text)?.[1];
  const counted = Number(COUNT.exec(text)?.[1] ?? 0);
  if (findings.length === 0 && counted > 0)
    return { findings: [{ path: '', line: 1, column: 1, code: `${counted} errors`, message: COUNT.exec(text)![0] }] };
  if (findings.length > 0 || rating !== undefined)
    return { findings, ...(rating === undefined ? {} : { rating: Number(rating) }) };
  const broken = BROKEN.exec(text) ?? NOTHING.exec(text) ?? SUSPECT.exec(text);
  if (!broken && CLEAN.some((form) => form.test(text))) return { findings };
  const said = (broken ? text.slice(text.lastIndexOf('\n', broken.index) + 1) : text).split(/\r?\n/, 1)[0]!;
  return { unreadable: `no report of a linter could be read: it says "${said.slice(0, 120)}"` };
}

function collect(lines: readonly string[]): LintFinding[] {
  const findings: LintFinding[] = [];
  let title: { code: string; message: string } | undefined;
  let group = '';
  for (const line of lines) {
    const arrow = title && ARROW.exec(line);
    const direct = readLine(line, group);
    if (title && arrow) {
      findings.push(place(arrow[1], arrow[2], arrow[3], title.code, title.message));
      title = undefined;
    } else if (direct) findings.push(direct);
    else {
      const named = TITLE.exec(line);
      if (named) title = { code: named[1] ?? 'syntax-error', message: named[3] ?? '' };
      group = GROUP.exec(line)?.[1] ?? (line.trim() === '' ? '' : group);
    }
  }
  return findings;
}

function readLine(line: string, group: string): LintFinding | undefined {
  if (line.length > 4000) return undefined;
  const coded = CODED.exec(line);
  if (coded) return place(coded[1], coded[2], coded[3], coded[4], coded[5]);
  const syntax = SYNTAX.exec(line);
  if (syntax) return place(syntax[1], syntax[2], syntax[3], 'syntax-error', syntax[4]);
  const mypy = MYPY.exec(line);
  if (mypy) return place(mypy[1], mypy[2], mypy[3], /\[([\w-]+)\]$/.exec(mypy[4]!)?.[1] ?? 'error', mypy[4]);
  const other = PYRIGHT.exec(line);
  if (other) return place(other[1], other[2], other[3], /\((\w+)\)$/.exec(other[4]!)?.[1] ?? 'error', other[4]);
  const editor = EDITOR.exec(line);
  if (editor) return place(editor[1], editor[2], '0', editor[3], editor[4]);
  const grouped = group === '' ? null : GROUPED.exec(line);
  if (grouped) return place(group, grouped[1], grouped[2], grouped[3] ?? 'syntax-error', grouped[4]);
  const black = BLACK.exec(line);
  if (black) return place(black[1], '1', '1', 'would-reformat', 'black would reformat this file');
  return readAnnotation(line);
}

/** The annotations that ruff prints for GitHub and for Azure. */
function readAnnotation(line: string): LintFinding | undefined {
  const match = GITHUB.exec(line) ?? AZURE.exec(line);
  if (!match) return undefined;
  const fields = new Map(
    match[1]!.split(/[,;]/).map((field) => {
      const [name = '', ...value] = field.split('=');
      return [name.trim(), value.join('=')] as const;
    }),
  );
  const code = fields.get('code') ?? /\(([\w-]+)\)/.exec(fields.get('title') ?? '')?.[1] ?? 'error';
  const path = fields.get('file') ?? fields.get('sourcepath');
  return place(
    path,
    fields.get('line') ?? fields.get('linenumber'),
    fields.get('col') ?? fields.get('columnnumber'),
    code,
    match[2],
  );
}

function place(path = '', line = '1', column = '1', code = '', message = ''): LintFinding {
  return { path, line: Number(line) || 1, column: toColumn(Number(column), code), code, message };
}
