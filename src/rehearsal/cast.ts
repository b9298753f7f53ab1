// Who takes part in a rehearsal, what each of them has to learn, and what they receive.
import { createHash } from 'node:crypto';
import { readContract } from '../course-folder/check-contracts.ts';
import { isMergedCarrier } from '../domain/carrier/carriers.ts';
import type { Challenge } from '../domain/challenge/challenge.ts';
import { carriersOf } from '../domain/challenge/delivery.ts';
import type { Course, Owner } from '../domain/course/course.ts';
import { repositoryName } from '../domain/course/repository-name.ts';
import type { DatasetFacts } from '../domain/dataset/facts.ts';
import { kinds, type StudentKind } from './personas.ts';
import type { Release } from './play.ts';
import type { Student } from './student.ts';
import { studentTask, type StudentTask } from './student-task.ts';
import type { World } from './world.ts';

export type Casting = {
  course: Course;
  courseFolder: string;
  challenges: Challenge[];
  owners: Owner[];
  /** What is known of the sources, by their names. */
  facts: Record<string, DatasetFacts>;
  /** Mixes the kinds of students; without it they take turns in the order of the roster. */
  seed?: number;
};

export function releasesOf(challenges: readonly Challenge[]): Release[] {
  return challenges.flatMap((challenge) =>
    challenge.releases.map(({ name, due }) => {
      const isPull = carriersOf(challenge, name).some(({ kind }) => isMergedCarrier(kind));
      return { challenge: challenge.name, name, due, isPull };
    }),
  );
}

/** One for each challenge, from its contract. */
export async function tasksOf({ courseFolder, challenges, facts }: Casting): Promise<StudentTask[]> {
  return Promise.all(
    challenges.map(async (challenge) => {
      const { contract } = await readContract(courseFolder, challenge.file);
      return studentTask({ challenge, contract, facts: facts[challenge.dataset.source] });
    }),
  );
}

/** Every owner's first member acts for it. */
export function studentsOf(
  { course, challenges, owners, seed }: Casting,
  world: World,
  tasks: readonly StudentTask[],
): Student[] {
  return challenges.flatMap((challenge, at) =>
    owners.map((owner, index) => ({
      owner: owner.slug,
      challenge: challenge.name,
      task: tasks[at]!,
      person: world.students.find(({ login }) => login === owner.members[0]!.login)!,
      kind: kinds[(seed === undefined ? index : drawNumber(seed, owner.slug)) % kinds.length] as StudentKind,
      repository: repositoryName(course, challenge.name, owner),
    })),
  );
}

/** The same number for the same seed and owner, whoever else is in the course. */
function drawNumber(seed: number, owner: string): number {
  return createHash('sha256').update(`${seed}\0${owner}`).digest().readUInt32BE(0);
}
