// The database, as flows see it.
import type { EnrolmentStore } from './enrolment.ts';
import type { ForgettingStore } from './forgetting.ts';
import type { MonitorStore } from './monitor.ts';
import type { PracticeStore } from './practice.ts';
import type { TemplateStore } from './repository.ts';
import type { ReportStore } from './report.ts';
import type {
  CarriedOut,
  CourseRecord,
  KnownAccount,
  Installation,
  RefusedCommit,
  StudentRepository,
  ShipmentContent,
  StoredShipment,
  DeliveryAbout,
  DeliveryRecord,
} from './records.ts';
import type { NextShipments } from './github.ts';
import type { Evidence } from '../domain/evidence/evidence.ts';
import type { ScoredShipment } from '../domain/evidence/criterion.ts';
import type { Shipment, ShipmentState } from '../domain/shipment/shipment.ts';
import type { PlacementStore } from './placement.ts';
import type { ReactionStore } from './reaction.ts';
import type { Cut, StandingStore, Window } from './standings.ts';
import type { Job } from './job-map.ts';
import type { Hold, JobStatus, ParkedJob } from './jobs.ts';
import type { Figures } from './figures.ts';

/** `text`: part of an id, an owner, a release or a repository, in lower case. */
export type ShipmentSelection = { state?: ShipmentState; text: string };

/** Everything remembered, in the database. Inside `transaction`, all of it is stored or nothing. */
export interface Store
  extends PracticeStore, TemplateStore, ReportStore, ForgettingStore, EnrolmentStore, StandingStore, MonitorStore {
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /**
   * A transaction that reads everything as of one moment. `work` is run again when others changed what it writes to, so it
   * must do nothing but read and write here. Of those with the same `lock` one runs at a time.
   */
  snapshot<T>(lock: string, work: (store: Store) => Promise<T>): Promise<T>;

  courses(): Promise<CourseRecord[]>;
  course(organisation: string): Promise<CourseRecord | undefined>;
  saveInstallation(installation: Installation): Promise<void>;
  removeInstallation(organisation: string): Promise<void>;
  saveCourse(
    organisation: string,
    course: Pick<CourseRecord, 'repository' | 'commitSha' | 'files' | 'facts'>,
    at: Date,
  ): Promise<void>;
  /** Where the reusable workflow is from now on. */
  saveWorkflowRepository(organisation: string, name: string): Promise<void>;
  /** Remembers what is wrong with the newest commit, until another comes into force. */
  saveRefused(organisation: string, refused: RefusedCommit): Promise<void>;

  studentRepositories(organisation: string): Promise<StudentRepository[]>;
  /** Those of these names or of GitHub's ids. */
  repositoriesNamed(organisation: string, which: readonly { name: string; id: number }[]): Promise<StudentRepository[]>;
  /** Those with something that is not as the course wants it. */
  differingRepositories(organisation: string): Promise<StudentRepository[]>;
  repositoriesOf(organisation: string, owner: string): Promise<StudentRepository[]>;
  studentRepository(organisation: string, name: string): Promise<StudentRepository | undefined>;
  saveStudentRepository(organisation: string, repository: StudentRepository): Promise<void>;
  /** Many at once: as they are now, held until the transaction ends. */
  lockStudentRepositories(organisation: string, names: readonly string[]): Promise<StudentRepository[]>;
  saveStudentRepositories(organisation: string, all: readonly StudentRepository[]): Promise<void>;

  /** Accounts that belong to an owner of the course; of two with one login, the one whose it is now comes last. */
  accounts(organisation: string): Promise<KnownAccount[]>;
  saveAccounts(organisation: string, accounts: readonly KnownAccount[], aliases: Record<string, string>): Promise<void>;
  /** Lets everything that was sent to a repository be sent again: it was deleted. */
  reopenShipments(organisation: string, repository: string): Promise<StoredShipment[]>;

  shipments(
    organisation: string,
    filter?: { repository?: string; challenge?: string; owner?: string; release?: string; state?: ShipmentState },
  ): Promise<StoredShipment[]>;
  /** Part of them, as `shipments` orders them, and of all how many there are in each state. */
  findShipments(
    organisation: string,
    selection: ShipmentSelection,
    window: Window,
  ): Promise<Cut<StoredShipment> & { counts: Partial<Record<ShipmentState, number>> }>;
  /**
   * Of a challenge, by id and a digest of what each says (see `shipmentContent`): planned ones that are not stored, and stored
   * ones that are cancelled, not planned, or say something else. The latter in the order of `shipments`.
   */
  compareShipments(
    organisation: string,
    challenge: string,
    planned: ReadonlyMap<string, string>,
  ): Promise<{ missing: string[]; others: ShipmentContent[] }>;
  /** `before`: what was noted then; whatever was noted since stays. */
  saveShipmentContents(
    organisation: string,
    contents: readonly { id: string; before?: string; content: string }[],
  ): Promise<void>;
  /** In any order. */
  shipmentsById(organisation: string, ids: readonly string[]): Promise<StoredShipment[]>;
  shipment(organisation: string, id: string): Promise<StoredShipment | undefined>;
  /** The same, held until the transaction ends: for whoever decides by what it says. */
  lockShipment(organisation: string, id: string): Promise<StoredShipment | undefined>;
  saveShipment(organisation: string, stored: StoredShipment): Promise<void>;
  /** Of these, those that are not stored yet; returns their ids. */
  addShipments(organisation: string, all: readonly StoredShipment[]): Promise<Set<string>>;
  /** The same for many at once. */
  lockShipments(organisation: string, ids: readonly string[]): Promise<Map<string, StoredShipment>>;
  /** Returns the ids of those that were written: of one that was sent meanwhile nothing is. */
  saveShipments(organisation: string, all: readonly StoredShipment[]): Promise<Set<string>>;
  /** What was carried out of plans: of the challenges of which nobody has changed since what is stored. */
  carriedOut(organisation: string): Promise<CarriedOut>;
  /** In the transaction that carries it out; where others planned, or changed anything, since it was read, it does not hold. */
  saveCarriedOut(organisation: string, carried: CarriedOut): Promise<void>;
  /** The names of all challenges that anything was planned for. */
  shippedChallenges(organisation: string): Promise<string[]>;
  /** Of each repository and challenge the last release that was sent. */
  latestDispatched(organisation: string): Promise<Pick<Shipment, 'repository' | 'challenge' | 'release'>[]>;
  /** Whose repositories get anything of a challenge. */
  shippedPlaces(organisation: string, challenge: string): Promise<Pick<Shipment, 'owner' | 'repository'>[]>;
  /** The part that scores read; of these owners only, where they are named. */
  scoredShipments(
    organisation: string,
    owners?: readonly string[],
  ): Promise<(ScoredShipment & Pick<Shipment, 'challenge'>)[]>;
  nextShipments: NextShipments;

  /** Returns false when this evidence is known already: it is append-only. */
  addEvidence(organisation: string, evidence: Evidence): Promise<boolean>;
  /** In order of time; of these kinds only, and from then on, where they are named. */
  evidence(
    organisation: string,
    challenge: string,
    owner?: string,
    kinds?: readonly Evidence['kind'][],
    since?: Date,
  ): Promise<Evidence[]>;

  placements: PlacementStore;
  reactions: ReactionStore;

  /** Returns the GUIDs of those that were not known; of `jobs`, each with the GUID it is about, theirs are queued with them, all or nothing. */
  addDeliveries(deliveries: readonly DeliveryRecord[], jobs?: readonly Job<'delivery'>[]): Promise<Set<string>>;
  /** The webhooks of an installation that are still kept, without what they said; in order of receipt. */
  deliveriesAbout(installationId: number): Promise<DeliveryAbout[]>;
  delivery(guid: string): Promise<DeliveryRecord | undefined>;
  /** Forgets webhooks that are worked off and older than this: GitHub cannot send them again by then. */
  forgetDeliveries(before: Date): Promise<void>;

  enqueue(jobs: readonly Job[]): Promise<void>;
  /** Moves those of these jobs that wait for their first try to their new time. */
  reschedule(jobs: readonly Job[]): Promise<void>;
  dequeue(keys: readonly string[]): Promise<void>;
  /** How the whole stands at this moment of course time. */
  figures(now: Date): Promise<Figures>;
  /** What the staff's channel was told is wrong, and not yet that it is over. */
  staffNotices(): Promise<{ key: string; said: string }[]>;
  saveStaffNotices(begun: readonly { key: string; said: string }[], over: readonly string[], now: Date): Promise<void>;
  /** What waits for GitHub, the disk or the clock. */
  holds(): Promise<Hold[]>;
  parkedJobs(): Promise<ParkedJob[]>;
  /** Lets a parked job be tried again from the start; does nothing to any other. */
  retryParked(key: string): Promise<void>;
  /** The same for all that failed because a repository was archived or empty: of one that still is, they fail again. */
  retryShut(organisation: string): Promise<void>;
  /** Of those keys that are queued. */
  jobs(keys: readonly string[]): Promise<JobStatus[]>;
  /** Holds a job that nobody is working on, or lets it go on; true when it did. */
  pauseJob(key: string): Promise<boolean>;
  resumeJob(key: string): Promise<boolean>;
}
