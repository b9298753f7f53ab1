// What the flows of practice need from outside: requests, answers, endpoints, the ledger.
import type { GradeAct } from '../domain/grade/grade-act.ts';
import type { Evidence, ProbeEvidence, Quality, Verdict } from '../domain/evidence/evidence.ts';
import type { Expectation } from '../domain/judge/judge.ts';
import type { Row } from '../domain/text/row.ts';
import type { Statistics } from '../domain/challenge/statistics.ts';
import type { Metric } from '../domain/challenge/metric.ts';
import type { DrillStore } from './drills.ts';
import type { OnceCommitted } from './records.ts';
import type { LedgerEntry } from '../domain/ledger/ledger.ts';
import type { PredictShape } from '../domain/endpoint/probe-contract.ts';
import type { BadInputResult } from '../domain/endpoint/bad-inputs.ts';
import type { LoadResult, LoadStep } from '../domain/endpoint/load.ts';
import type { Neighbour } from '../domain/endpoint/probe-policy.ts';
import type { Rival, ServiceIdentity } from '../domain/endpoint/service-identity.ts';
import type { StudentRequest } from '../domain/request/student-request.ts';
import type { TextRow } from '../domain/request/request.ts';
import type { Shipment } from '../domain/shipment/shipment.ts';

/** One file that was handed in for a request. What came after the last attempt is kept, but not counted. */
export type HandedAnswer = {
  path: string;
  blob: string;
  bytes: number;
  commit: string;
  /** When GitHub received it: ISO 8601. */
  at: string;
  attempt: number;
  verdict: Verdict;
  counted: boolean;
};

export type StoredRequest = {
  request: StudentRequest;
  expectation: Expectation;
  owner: string;
  repository: string;
  rule: number;
  turn: number;
  /** Of one asked by hand: the comment or command that asked. */
  occasion?: string;
  state: 'planned' | 'open' | 'closed';
  /** The commit that delivered it. */
  commit?: string;
  answers: HandedAnswer[];
  /** In the order in which they were made. */
  appeals?: Appeal[];
};

/** A student asks for a second look; a person answers. */
export type Appeal = {
  /** The comment or the click that asked. */
  id: string;
  /** ISO 8601. */
  at: string;
  by: string;
  reason: string;
  /** Of the issue in which it was said. */
  issue?: number;
  answer?: { at: string; by: string; text: string };
};

/** What a student registered, and what the last probe saw. */
export type StoredEndpoint = {
  owner: string;
  url?: string;
  shape?: PredictShape;
  load?: number;
  canary?: string;
  problem?: string;
  lookedAt?: Date;
  /** When the service last named this owner's repository to a nonce. */
  provenAt?: Date;
  /** The repository of somebody else that it named instead. */
  says?: string;
  /** A failure that waits for its second probe. */
  suspectSince?: Date;
  /** What that failure was. */
  suspectCode?: string;
  last?: { at: Date; ok: boolean; code: string; modelVersion?: string };
};

/** A service and who else claims it: repositories with their organisation. */
export type DisputedEndpoint = { owner: string; repository: string; identity: ServiceIdentity; others: string[] };

/** The dashboard issue of a repository. No number: it has no issues. No digest: what stands there has to be looked at. */
export type StoredDashboard = { number?: number; digest?: string };

/** What an entry of the ledger is about, and a digest of its content without the moment. */
export type LedgerRow = { subject: string; digest: string; entry: LedgerEntry };

/** An owner that the ledger must look at again: pieces of evidence that are new, or `whole`, all there are. */
export type LedgerWanted = { owner: string; seqs: number[]; whole: boolean };

/** The last probe that says anything of the service, and the first since which it is like that. */
export type ProbeState = {
  last: ProbeEvidence;
  since: Date;
  /** Two claimed the service at some time: what was measured then may count otherwise. */
  contested: boolean;
};

export interface PracticeStore extends DrillStore {
  /** Runs since then whose minutes are on record, each once; undefined where there are none. */
  runCosts(organisation: string, since: Date): Promise<{ runs: number; median: number } | undefined>;
  request(organisation: string, id: string): Promise<StoredRequest | undefined>;
  requests(organisation: string, repository: string): Promise<StoredRequest[]>;
  /** The same as `request`, held until the transaction ends: for whoever decides by what it says. */
  lockRequest(organisation: string, id: string): Promise<StoredRequest | undefined>;
  /** Returns false when it is known already, and leaves that one as it is. */
  addRequest(organisation: string, stored: StoredRequest): Promise<boolean>;
  /** Leaves its appeals as they are. */
  saveRequest(organisation: string, stored: StoredRequest): Promise<void>;
  saveAppeals(organisation: string, id: string, appeals: readonly Appeal[]): Promise<void>;
  /** Requests that somebody appealed, of this owner or of all. */
  appealedRequests(organisation: string, owner?: string): Promise<StoredRequest[]>;

  endpoint(organisation: string, repository: string): Promise<StoredEndpoint | undefined>;
  saveEndpoint(organisation: string, repository: string, endpoint: StoredEndpoint): Promise<void>;
  /** The registration may have changed: it is read again before the next probe. */
  forgetEndpoint(organisation: string, repository: string): Promise<void>;
  /** Other owners who registered the same address and were looked at since then, whatever their course. */
  endpointRivals(organisation: string, repository: string, since: Date): Promise<Rival[]>;
  /** Services of the organisation that two owners registered, or that say they are somebody else's. */
  disputedEndpoints(organisation: string, since: Date): Promise<DisputedEndpoint[]>;
  /** What the latest probes of other endpoints saw since then, whatever their course; the newest first. */
  neighbours(organisation: string, repository: string, since: Date): Promise<Neighbour[]>;

  dashboardIssue(organisation: string, repository: string): Promise<StoredDashboard | undefined>;
  saveDashboardIssue(organisation: string, repository: string, issue: StoredDashboard): Promise<void>;

  ledgerHead(organisation: string): Promise<Pick<LedgerEntry, 'seq' | 'hash'> | undefined>;
  /**
   * Takes what was noted for the ledger since: whoever adds a shipment, evidence or decision notes its owner in the same
   * transaction. To be called in the transaction that enters it.
   */
  takeLedgerWanted(organisation: string): Promise<LedgerWanted[]>;
  /** Notes owners whose evidence must be looked through from the start. */
  wantLedger(organisation: string, owners: readonly string[]): Promise<void>;
  /** Evidence that the ledger does not have: all of these owners, and these pieces by their number. */
  evidenceOutsideLedger(organisation: string, owners: readonly string[], seqs: readonly number[]): Promise<Evidence[]>;
  /** Evidence about these owners in these challenges, of the probes only those since then and the last one before that named its model. */
  gradingEvidence(
    organisation: string,
    challenges: readonly string[],
    owners: readonly string[],
    probesSince: Date,
  ): Promise<Evidence[]>;
  /** How an owner's service is by its probes; undefined where none says anything of it. */
  probeState(organisation: string, challenge: string, owner: string): Promise<ProbeState | undefined>;
  /** The digests of the latest entries of these subjects. */
  ledgerDigests(organisation: string, subjects: readonly string[]): Promise<Map<string, string>>;
  appendLedger(organisation: string, rows: readonly LedgerRow[]): Promise<void>;
  /** Returns false when this decision is known already. */
  addGradeAct(organisation: string, act: GradeAct): Promise<boolean>;
  /** Of these owners only, and of nobody in particular, where owners are named. */
  gradeActs(organisation: string, owners?: readonly string[]): Promise<GradeAct[]>;
  /** The newest commit that anything is known of, in each repository of the owner (or of everybody). */
  lastCommits(organisation: string, owner?: string): Promise<{ repository: string; commit: string }[]>;
  /** Lines of the ledger from entry `from` on, at most `limit`. */
  ledgerLines(organisation: string, from: number, limit: number): Promise<string[]>;
}

/** An answer as it lies in a commit. */
export type AnswerBlob = { path: string; blob: string; bytes: number };

/** Requests and answers in student repositories, and where a student says the endpoint is. */
export interface StudentFiles {
  /** Commits the files with the trailer, or finds that they were committed before. Returns the commit. */
  deliver(repository: string, commit: OnceCommitted): Promise<string>;
  /** Which of these paths the commit holds. */
  find(repository: string, commit: string, paths: readonly string[]): Promise<AnswerBlob[]>;
  readBlob(repository: string, blob: string): Promise<Buffer>;
  /** A path at which the commit holds this very blob. */
  whereIs(repository: string, commit: string, blob: string): Promise<string | undefined>;
  /** The repository variable PRACTICUM_ENDPOINT and the text of practicum.yml, where they are. */
  registration(repository: string): Promise<{ variable?: string; file?: string }>;
}

/** Chooses rows, given how many there are: their indices, in order. */
export type Choose = (available: number) => readonly number[];

export interface RowSource {
  /** Rows of a shipment's slice, as the student received it. */
  rows(shipment: Shipment, courseDirectory: string, choose: Choose): Promise<TextRow[]>;
  /** Rows that are never released, with their labels; undefined when nothing is held out. */
  holdOut(shipment: Shipment, courseDirectory: string, choose: Choose): Promise<TextRow[] | undefined>;
}

export type ProbeRequest = {
  /** Where the service is, without `/predict`. */
  url: string;
  /** Comes back in the answer; unique for each probe. */
  requestId: string;
  /** How long the answer of /predict may take, in milliseconds. */
  wait: number;
  shape?: PredictShape;
  /** Held-out rows without the target, and their labels. */
  rows: readonly Row[];
  labels?: readonly unknown[];
  metric?: Metric;
  /** Asks the service which repository it is of. */
  whose?: boolean;
};

export type ProbeAnswer = {
  ok: boolean;
  /** `ok`, or a stable code of what failed. */
  code: string;
  message: string;
  latencyMs?: number;
  apiVersion?: string;
  modelVersion?: string;
  quality?: Quality;
  /** The same as sums. */
  measured?: Statistics;
  /** The repository that the service named to a nonce. */
  says?: string;
};

/** Rows of the challenge without the target, sent again and again. */
export type StressRequest = Pick<ProbeRequest, 'url' | 'requestId' | 'wait' | 'shape' | 'rows'>;

export interface Endpoints {
  /** What must be refused, and whether it was. */
  badInputs(task: StressRequest): Promise<BadInputResult[]>;
  /** Predictions at a rate. */
  load(task: StressRequest, step: LoadStep): Promise<LoadResult>;
  /** What the service says of itself at `/metadata`. */
  versions(url: string): Promise<{ apiVersion?: string; modelVersion?: string } | undefined>;
  /** Asks once; what the endpoint does is the answer, never an error. */
  probe(task: ProbeRequest): Promise<ProbeAnswer>;
  /** Can names be looked up from here? Tried with a name that must be known; undefined where there is none to try. */
  namesWork(): Promise<boolean | undefined>;
  /** Can anybody be reached from here? Tried with a host that must answer; undefined where there is none to try. */
  networkWorks(): Promise<boolean | undefined>;
  /** Seconds between a failure and the probe that confirms it. */
  confirmAfterSeconds: number;
  /** What the times of probes are drawn from; nobody outside knows it. */
  timing: string;
}
