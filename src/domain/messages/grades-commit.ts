// The commit that brings the grades to the course repository.
import { sayInstant } from '../time/say-time.ts';

/** The trailer tells one export from another: a job that is run again finds its own. */
export function describeGrades(at: Date, zone: string): { message: string; trailer: string } {
  const trailer = `Practicum-Grades: ${at.toISOString()}`;
  return { trailer, message: `Grades as of ${sayInstant(at, zone)} [skip ci]\n\n${trailer}` };
}
