// With how many random cases a law is tried: few in `npm test`, all in `npm run test:long` and in CI.
export function caseCount(few: number, all: number): number {
  return process.env['EVERY_CASE'] ? all : few;
}
