// A term written as a file, played, and altered as somebody would, for the tests of both.
import { buildGradebook, type GradebookInput } from '../../../src/domain/grade/gradebook.ts';
import type { LedgerBody } from '../../../src/domain/ledger/ledger.ts';
import { scoringRules } from '../../../src/domain/score/score.ts';
import { termFormat, termLine, termVersion, type TermLine, type Unsealed } from '../../../src/domain/term/line.ts';
import { Pseudonyms } from '../../../src/domain/term/pseudonyms.ts';
import { readTerm } from '../../../src/domain/term/read.ts';
import { gradesOf, noteBody, redactBody } from '../../../src/domain/term/redact.ts';
import { Replay } from '../../../src/domain/term/replay.ts';
import { TermWriter } from '../../../src/domain/term/seal.ts';
import type { Problem } from '../../../src/domain/text/problem.ts';
import { writeLedger } from '../ledger/build-ledger.ts';

export function exported(input: GradebookInput, people: readonly string[], more: readonly LedgerBody[] = []): string[] {
  const bodies = [...[...writeLedger(input)].map(({ body }) => body), ...more];
  const known = {
    students: new Set<string>(),
    ordered: new Set<string>(),
    digests: new Set<string>(),
    words: new Set<string>(),
  };
  for (const body of bodies) noteBody(body, known);
  const names = new Pseudonyms({ secret: 'drawn', ...known, people });
  const writer = new TermWriter();
  const lines: Unsealed[] = [
    {
      kind: 'term',
      format: termFormat,
      version: termVersion,
      clock: input.now,
      rules: scoringRules,
      pass: input.pass ?? 0.5,
    },
    ...input.owners.map(({ slug, members }): Unsealed => ({
      kind: 'student',
      student: names.student(slug),
      members: members.length,
    })),
    ...bodies.flatMap((body) => redactBody(body, input.now, names) ?? []),
    ...gradesOf(buildGradebook(input), names),
  ];
  return [...lines.map((line) => writer.line(line)), writer.end()];
}

export function play(lines: readonly string[]): { replay: Replay; problem: Problem | undefined } {
  const replay = new Replay();
  const read = readTerm('term.jsonl', lines);
  for (let next = read.next(); ; next = read.next()) {
    if (next.done) return { replay, problem: next.value };
    replay.take(next.value);
  }
}

/** As somebody would who alters a line and seals all of them anew. */
export function sealedAnew(lines: readonly string[], change: (line: TermLine) => TermLine): string[] {
  const writer = new TermWriter();
  return lines.map((text) => {
    const { seal: _, ...content } = change(termLine.parse(JSON.parse(text)));
    return writer.line(content as Unsealed);
  });
}
