// What the steps of the first contact work with: connections, the scratch repository, and how an answer is named.
import type { Octokit } from '@octokit/rest';
import { isFailure, type Failure } from '../../domain/text/failure.ts';
import type { Fact } from '../../domain/contact/compare.ts';
import { coded } from '../client/error.ts';
import type { taskPermissions } from '../github.ts';
import type { Recorder } from './record-calls.ts';
import type { Recorded } from '../../domain/contact/anonymise.ts';

type Task = keyof typeof taskPermissions;

export type Asked<T> = {
  /** `201`, or `422 NAME-OF-THE-REFUSAL`, or the status with GitHub's own words. */
  outcome: string;
  /** Undefined where it was refused. */
  data: T | undefined;
};

export type Scene = {
  app: Octokit;
  as: (task: Task) => Octokit;
  owner: string;
  repo: string;
  appId: number;
  /** `OWNER/NAME` of the template. */
  template: { owner: string; repo: string };
  invite: string | undefined;
  ask: <T>(call: () => Promise<{ status?: number; data: T }>) => Promise<Asked<T>>;
  /** The data of a GraphQL call. */
  query: <T>(call: () => Promise<T>) => Promise<Asked<T>>;
  /** What is looked for, once it is there; undefined when that takes longer than so many seconds. */
  until: <T>(seconds: number, look: () => Promise<T | undefined>) => Promise<T | undefined>;
  sleep: (seconds: number) => Promise<void>;
  exchanges: readonly Recorded[];
  /** What earlier steps found. */
  known: {
    installationId?: number;
    appSlug?: string;
    repositoryId?: number;
    branch?: string;
    head?: string;
    pushed?: string;
    runId?: number;
  };
};

export type Seen = Record<string, Fact>;

/** GitHub is away, asks to wait, or shut us out: nothing more is asked. */
export class Halt extends Error {
  readonly outcome: string;
  readonly waitSeconds: number;
  constructor(outcome: string, { retryAfter }: Failure) {
    super(outcome);
    this.outcome = outcome;
    this.waitSeconds = retryAfter ?? 0;
  }
}

export type NameRefusal = (answer: {
  method: string;
  path: string;
  status: number;
  body: unknown;
  headers: Record<string, string>;
}) => string | undefined;

/** `ask` and `query`: the outcome is read off the wire, so that what the client puts right by itself is seen as well. */
export function asking(recorder: Recorder, name: NameRefusal): Pick<Scene, 'ask' | 'query'> {
  const ask: Scene['ask'] = async (call) => {
    const from = recorder.exchanges.length;
    const named = (): string | undefined => {
      for (const { method, path, status, response, headers } of recorder.exchanges.slice(from)) {
        const found = name({ method, path, status, body: response, headers });
        if (found !== undefined) return `${status} ${found}`;
      }
      return undefined;
    };
    try {
      const answer = await call();
      return { outcome: named() ?? String(answer.status ?? 200), data: answer.data };
    } catch (cause) {
      const error = coded(cause);
      const status = recorder.exchanges.slice(from).at(-1)?.status;
      const outcome = named() ?? [status, error.message.split('\n')[0]!.replace(/ - https?:.*/, '')].join(' ').trim();
      if (isFailure(error, ...halting)) throw new Halt(outcome, error);
      return { outcome, data: undefined };
    }
  };
  return { ask, query: (call) => ask(async () => ({ data: await call() })) };
}

const halting = [
  'rate-limited',
  'rate-held',
  'github-away',
  'github-unavailable',
  'github-unreachable',
  'installation-away',
  'unauthorised',
] as const;
