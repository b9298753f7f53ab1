// Each rubric goes to its challenge, where its points stand beside what is measured.
import type { Challenge } from '../challenge/challenge.ts';
import type { Problem } from '../text/problem.ts';
import type { ProblemCode } from '../text/problem-codes.ts';
import { suggest } from '../text/suggest.ts';
import type { ParsedRubric } from './read-rubric.ts';
import { rubricWorth } from '../challenge/rubric.ts';

/** `names`: of all challenges that the course has, also of those with an error. */
export function joinRubrics(
  challenges: readonly Challenge[],
  names: readonly string[],
  rubrics: readonly ParsedRubric[],
): { challenges: Challenge[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const taken = new Map<string, ParsedRubric>();
  for (const rubric of rubrics) {
    problems.push(...rubric.problems);
    const say = (code: ProblemCode, message: string, hint?: string): void => {
      const found = rubric.source?.problem(['challenge'], 'error', code, message, hint);
      if (found) problems.push(found);
    };
    const name = rubric.challenge ?? besideOf(rubric, challenges, names);
    if (name === undefined) {
      // Where the challenge itself cannot be read, that is said there.
      if (names.length !== 1)
        say('rubric-challenge', 'which challenge this is for is not said', 'write `challenge: NAME`');
    } else if (!names.includes(name)) {
      const close = suggest(name, names);
      const hint = close === undefined ? `the course has ${names.join(', ') || 'none'}` : `did you mean \`${close}\`?`;
      say('rubric-challenge', `there is no challenge \`${name}\``, hint);
    } else if (taken.has(name))
      say('rubric-twice', `\`${name}\` has a rubric already, in \`${taken.get(name)!.file}\``, 'keep one of them');
    else taken.set(name, rubric);
  }
  return { challenges: challenges.map((challenge) => withRubric(challenge, taken.get(challenge.name))), problems };
}

function besideOf({ file }: ParsedRubric, challenges: readonly Challenge[], names: readonly string[]) {
  const folder = file.replace(/[^/]*$/, '');
  const beside = challenges.find((challenge) => challenge.file.replace(/[^/]*$/, '') === folder);
  return beside?.name ?? (folder === '' && names.length === 1 ? names[0] : undefined);
}

function withRubric(challenge: Challenge, parsed: ParsedRubric | undefined): Challenge {
  if (!parsed?.value) return challenge;
  const rule = { points: rubricWorth(parsed.value), trust: 'measured' as const };
  return { ...challenge, rubric: parsed.value, score: { ...challenge.score, rubric: rule } };
}

/** Which of the repository's files are rubrics: one at the top, and one beside each challenge. */
export function rubricPaths(challenges: readonly string[], paths: readonly string[]): string[] {
  const folders = new Set(['', ...challenges.map((path) => path.replace(/[^/]*$/, ''))]);
  return paths
    .filter((path) => /(?:^|\/)rubric\.ya?ml$/.test(path) && folders.has(path.replace(/[^/]*$/, '')))
    .toSorted();
}
