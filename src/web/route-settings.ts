// What the routes are given.
import type { Received } from '../flows/report/receive-report.ts';
import type { Store } from '../ports/store.ts';
import type { Clock, Log } from '../ports/clock.ts';
import type { CourseRole, Person, Sessions, SignInDoor } from '../ports/session.ts';
import type { ReactionAnswer, ReactionAsked } from '../ports/reaction.ts';
import type { Access } from './access.ts';
import type { PipelinesByHttp } from '../flows/placement/submit-by-http.ts';
import type { CheckoutAnswer } from '../flows/placement/give-checkout-token.ts';

/** Signing in with GitHub. */
export type SignIn = {
  door: SignInDoor;
  sessions: Sessions;
  /** What a person is in a course, by GitHub's word. */
  roleOf: (organisation: string, person: Person) => Promise<CourseRole>;
  /** By which we know what we sent a browser away with. */
  key: string;
};

export type RouteSettings = {
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
  receiveReport: (body: string) => Promise<Received>;
  /** Answers a run of the placement workflow that shows its identity token. */
  checkoutToken: (identity: string | undefined) => Promise<CheckoutAnswer>;
  /** Answers a run of a reaction; absent: there is no such door. */
  reaction?: (identity: string | undefined, asked: ReactionAsked) => Promise<ReactionAnswer>;
  /** Pipelines that a run in a student's repository submits and asks about. */
  pipelines: PipelinesByHttp;
  /** What is set up and what is missing, as `practicum doctor` says it. */
  examine?: () => Promise<{ name: string; ok: boolean; detail: string }[]>;
  /** Rejects while the app cannot work. */
  ready: () => Promise<void>;
};
