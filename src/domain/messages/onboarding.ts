// The pull request that brings a course to an organisation which has none yet.

const onboardingBranch = 'practicum/onboarding';

type PullRequestText = { branch: string; title: string; body: string; message: string };

/** @param courseRepository where the pull request is */
export function describeOnboarding(organisation: string, courseRepository: string): PullRequestText {
  return {
    branch: onboardingBranch,
    message:
      'Start a course\n\nA complete example to change: course, roster, one challenge with its data, and the workflow.',
    title: 'Start a course',
    body: `<!-- practicum:onboarding -->
A complete course to start from. **Nothing is released and nobody is invited before you merge**, nor afterwards while the roster is empty.

1. Fill \`roster.csv\` on this branch: one line for each student, \`login,id,name,group\`.
2. Look through \`course.yml\`: title, time zone, the team of your staff, and the template repository that student repositories are made from. It must be a template repository of \`${organisation}\`.
3. Set the dates in \`challenges/weather/challenge.yml\`, or put your own challenge in its place.
4. Read the check run **plan** on this pull request: it lists every repository and every release, with dates. With an empty roster there are none.
5. In the settings of \`${courseRepository}\`, under *Actions → General → Access*, let repositories of the organisation use its workflows.
6. Merge.

Not wanted? Close it. The app will not open it again.`,
  };
}
