// What is only wrong between files: names that collide, and names and paths that a roster makes impossible.
import type { ParsedChallenge } from '../challenge/file.ts';
import type { Challenge } from '../challenge/challenge.ts';
import type { Course, Owner } from '../course/course.ts';
import type { Problem } from '../text/problem.ts';
import { checkDrills } from './check-drills.ts';
import { repositoryName, repositoryNameFault } from '../course/repository-name.ts';
import { fillTemplate, pathFault } from '../text/repository-path.ts';
import type { ProblemCode } from '../text/problem-codes.ts';

type Placed = { challenge: Challenge; source: NonNullable<ParsedChallenge['source']> };

/** Only challenges without errors of their own take part. */
export function checkTogether(course: Course, parsed: readonly ParsedChallenge[], owners: readonly Owner[]): Problem[] {
  const placed = parsed.flatMap(({ value, source }): Placed[] =>
    value && source ? [{ challenge: value, source }] : [],
  );
  return [
    ...checkNames(placed),
    ...checkRepositories(course, placed, owners),
    ...checkPaths(course, placed, owners),
    ...checkDrills(course, placed, owners),
  ];
}

function checkNames(placed: readonly Placed[]): Problem[] {
  const known = new Map<string, Challenge>();
  return placed.flatMap(({ challenge, source }) => {
    const key = challenge.name.toLowerCase();
    const other = known.get(key);
    if (!other) known.set(key, challenge);
    const message = `the challenge in ${other?.file} is named \`${other?.name}\` too`;
    return other ? [source.problem(['name'], 'error', 'duplicate-challenge', message)] : [];
  });
}

/** GitHub does not tell cases apart, and `a-b` + `c` makes the same name as `a` + `b-c`. */
function checkRepositories(course: Course, placed: readonly Placed[], owners: readonly Owner[]): Problem[] {
  const known = new Map<string, { owner: Owner; challenge: Challenge }>();
  const template = course.repositories.template?.replace(/^.*\//, '').toLowerCase();
  const problems: Problem[] = [];
  for (const { challenge, source } of placed) {
    for (const owner of owners) {
      const name = repositoryName(course, challenge.name, owner);
      const other = known.get(name.toLowerCase());
      known.set(name.toLowerCase(), { owner, challenge });
      const say = (code: ProblemCode, message: string): void => {
        problems.push(source.problem(['name'], 'error', code, message, 'see `repositories.name` in course.yml'));
      };
      const fault = repositoryNameFault(name);
      if (fault) say('bad-repository-name', `the repository name \`${name}\` ${fault}`);
      else if (name.toLowerCase() === template) say('repository-collision', `\`${name}\` is the template itself`);
      else if (other && other.owner !== owner) {
        const first = `\`${other.owner.slug}\` in \`${other.challenge.name}\``;
        say(
          'repository-collision',
          `\`${owner.slug}\` in \`${challenge.name}\` would share the repository \`${name}\` with ${first}`,
        );
      }
    }
  }
  return problems.slice(0, 50);
}

/** Paths once the owner's name is in them, and two challenges that write the same file of a shared repository. */
function checkPaths(course: Course, placed: readonly Placed[], owners: readonly Owner[]): Problem[] {
  const written = new Map<string, Challenge>();
  const problems: Problem[] = [];
  for (const { challenge, source } of placed) {
    const named = challenge.path.includes('{owner}') ? owners : owners.slice(0, 1);
    const found = new Map<ProblemCode, string>();
    for (const owner of named.length > 0 ? named : [{ slug: 'student' }]) {
      const repository = repositoryName(course, challenge.name, owner).toLowerCase();
      for (const release of challenge.releases) {
        const path = fillTemplate(challenge.path, {
          release: release.name,
          challenge: challenge.name,
          owner: owner.slug,
        });
        const fault = pathFault(path);
        if (fault) found.set('bad-path', `\`path\` becomes \`${path}\` for \`${owner.slug}\`, and ${fault}`);
        const key = `${repository}\n${path.toLowerCase()}`;
        const other = written.get(key);
        if (other && other.name.toLowerCase() !== challenge.name.toLowerCase()) {
          found.set('path-collision', `\`${other.name}\` writes \`${path}\` in the same repository too`);
        }
        written.set(key, challenge);
      }
    }
    for (const [code, message] of found) {
      const hint = code === 'path-collision' ? 'put `{challenge}` into `path`' : undefined;
      problems.push(source.problem(['releases', 'path'], 'error', code, message, hint));
    }
  }
  return problems;
}
