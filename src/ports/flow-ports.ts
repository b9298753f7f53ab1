// What every flow is given.
import type { ActionName } from '../domain/messages/name-action.ts';
import type { Shares } from '../domain/jobs/hourly-shares.ts';
import type { Aside } from './aside.ts';
import type { PlacementPorts } from './placement.ts';
import type { Clock, Log } from './clock.ts';
import type { Drafts } from './drafts.ts';
import type { Store } from './store.ts';
import type { Slices } from './slices.ts';
import type { RemoteFaults } from './drills.ts';
import type { Endpoints } from './practice.ts';
import type { Hooks, GitHub } from './github.ts';
import type { VerifyToken } from './report.ts';
import type { CourseRecord } from './records.ts';

/** What every flow is given. */
export type FlowPorts = PlacementPorts & {
  clock: Clock;
  log: Log;
  store: Store;
  slices: Slices;
  drafts: Drafts;
  endpoints: Endpoints;
  remoteFaults: RemoteFaults;
  /** Absent where nothing else goes on in the process. */
  aside?: Aside;
  hooks: Hooks;
  verifyToken: VerifyToken;
  github: (course: Pick<CourseRecord, 'login' | 'installationId'>) => GitHub;
  /** A course to start from: what the onboarding pull request holds. */
  courseTemplate: () => Promise<{ path: string; contents: Buffer }[]>;
  /** What every student repository is made from, where the organisation has nothing of its own. */
  studentTemplate: () => Promise<{ path: string; contents: Buffer; executable?: boolean }[]>;
  /** The companion Action, as workflows call it. */
  action: ActionName;
  /** Name of the course repository in each organisation. */
  courseRepository: string;
  /** Says something in the staff's channel; absent where none is set. */
  tellStaff?: (text: string) => Promise<void>;
  /** What one repository may cause in an hour, where not the usual. */
  shares?: Partial<Shares>;
  /** The App's slug: its own check runs and commits are told from others by it. */
  appSlug: string;
  /** Address of a student's own page. */
  studentPage: (organisation: string, owner: string) => string;
};
