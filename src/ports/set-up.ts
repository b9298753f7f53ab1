// What an organisation needs before a course can run, and what the app can do about it.

type RepositoryFile = { path: string; contents: Buffer; executable?: boolean };

/** GitHub, as the set-up of a course looks at it and changes it. */
export interface Preparation {
  /** The installation may make teams: more than the App asks for. */
  mayMakeTeams(): Promise<boolean>;
  makeTeam(name: string): Promise<void>;
  /** A private repository with these files, made now; `taken` where there is one of that name already. */
  makeRepository(
    name: string,
    wanted: { description: string; isTemplate: boolean; files: readonly RepositoryFile[]; message: string },
  ): Promise<'made' | 'taken'>;
  markTemplate(name: string): Promise<void>;
  /** The pull request from a branch, whatever became of it. */
  pullRequest(
    repository: string,
    branch: string,
  ): Promise<{ state: 'open' | 'merged' | 'closed'; url: string } | undefined>;
  /** Whose workflows may call those of a private repository; undefined where there is no such repository. */
  access(repository: string): Promise<'none' | 'open' | undefined>;
  openAccess(repository: string): Promise<void>;
  /** The commit that a name of a version stands for; undefined where GitHub shows us no such repository or version. */
  commitOf(repository: string, ref: string): Promise<string | undefined>;
}

export const stepIds = ['action', 'team', 'template', 'workflow', 'access', 'course', 'merged'] as const;
export type StepId = (typeof stepIds)[number];

/** `unknown`: GitHub did not say, which is never as good as done. */
export type SetUpStep = {
  id: StepId;
  name: string;
  state: 'done' | 'missing' | 'unknown';
  found: string;
  /** The app can do it now. */
  can: boolean;
  /** Where a person does it. */
  at?: string;
};

export type CourseSetUp = { login: string; steps: SetUpStep[] };
