// The commit by which people who enrolled themselves come onto the roster, and what they are told.

type Claim = { login: string; undone?: { by: string } };

/** Logins only: names and ids of people do not belong into the history of a repository twice. */
export function describeEnrolment(claims: readonly Claim[]): string {
  const enrolled = claims.filter(({ undone }) => !undone).map(({ login }) => `- ${login} enrolled`);
  const undone = claims.flatMap((claim) => (claim.undone ? [`- ${claim.login} taken back by ${claim.undone.by}`] : []));
  const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;
  const subject =
    enrolled.length > 0 ? `Enrol ${people(enrolled.length)}` : `Take back ${people(undone.length)} from the roster`;
  return [subject, '', 'Signed in with GitHub and claimed on the enrolment page.', '', ...enrolled, ...undone].join(
    '\n',
  );
}
