// What the routes are given.
import type { Received } from '../flows/report/receive-report.ts';
import type { DraftPlace, OpenedDraft } from '../flows/draft/open-draft.ts';
import type { DraftPreview } from '../flows/draft/preview-draft.ts';
import type { SavedDraft } from '../flows/draft/save-draft.ts';
import type { Upload } from '../ports/drafts.ts';
import type { Store } from '../ports/store.ts';
import type { Clock, Log } from '../ports/clock.ts';
import type { Hold } from '../ports/jobs.ts';
import type { CourseRole, Person, Sessions, SignInDoor } from '../ports/session.ts';
import type { CourseSetUp, StepId } from '../ports/set-up.ts';
import type { ReactionAnswer, ReactionAsked } from '../ports/reaction.ts';
import type { Access } from './access.ts';
import type { MetricsDoor } from './metrics-route.ts';
import type { PipelinesByHttp } from '../flows/placement/submit-by-http.ts';
import type { CheckoutAnswer } from '../flows/placement/give-checkout-token.ts';

/** What each organisation with the App needs for a course, and doing one step of it. */
export type SetUp = {
  look: () => Promise<CourseSetUp[]>;
  /** Throws `set-up-refused` with words for a person. */
  act: (organisation: string, step: StepId | 'all') => Promise<void>;
};

/** Signing in with GitHub. */
export type SignIn = {
  door: SignInDoor;
  sessions: Sessions;
  /** What a person is in a course, by GitHub's word. */
  roleOf: (organisation: string, person: Person) => Promise<CourseRole>;
  /** By which we know what we sent a browser away with. */
  key: string;
};

/** Challenges that are written in the browser. */
export type Drafting = {
  keep: (organisation: string, name: string, chunks: AsyncIterable<Uint8Array>) => Promise<Upload>;
  upload: (organisation: string, id: string) => Promise<Upload | undefined>;
  open: (organisation: string, wanted: { challenge?: string; upload?: string }) => Promise<OpenedDraft | undefined>;
  preview: (place: DraftPlace, text: string) => Promise<DraftPreview | undefined>;
  save: (place: DraftPlace, text: string, author: Person | undefined) => Promise<SavedDraft>;
};

export type RouteSettings = {
  /** What Prometheus asks for. */
  metrics?: MetricsDoor;
  store: Store;
  clock: Clock;
  log: Log;
  access: Access;
  /** Absent: the staff comes in by the token, students by the key of their page. */
  signIn?: SignIn;
  /** Where repositories are, for people. */
  webUrl: string;
  /** Where the dashboard itself is: https makes its cookie secure. */
  dashboardUrl: string;
  /** By which a student's service tells our probes from a stranger's; anybody may know it. */
  probeKey: string;
  /** What becomes of a report that the Action posts. */
  receiveReport: (body: string, from: string) => Promise<Received>;
  /** Answers a run of the placement workflow that shows its identity token. */
  checkoutToken: (identity: string | undefined) => Promise<CheckoutAnswer>;
  /** Answers a run of a reaction; absent: there is no such door. */
  reaction?: (identity: string | undefined, asked: ReactionAsked) => Promise<ReactionAnswer>;
  /** Pipelines that a run in a student's repository submits and asks about. */
  pipelines: PipelinesByHttp;
  /** What is set up and what is missing, as `practicum doctor` says it. */
  examine?: () => Promise<{ name: string; ok: boolean; detail: string }[]>;
  setUp?: SetUp;
  /** Writing challenges; absent: they are written in the course repository alone. */
  drafting?: Drafting;
  /** What is on hold, asked as webhooks are stored: a database that answers nobody holds up no other question. */
  holds: () => Promise<Hold[]>;
  /** Rejects while the app cannot work. */
  ready: () => Promise<void>;
};
