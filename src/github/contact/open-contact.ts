// Opens what the first contact works with: connections that keep what passes, at the pace of one write a second.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';
import { openClient, type AppCredentials, type Pacer } from '../client/client.ts';
import { taskPermissions } from '../github.ts';
import { recordCalls, type Recorder } from './record-calls.ts';
import { asking, type NameRefusal, type Scene } from './scene.ts';

export type ContactSettings = AppCredentials & {
  /** Times the usual pace: 1, except where the GitHub has no limits. */
  pace: number;
  owner: string;
  repo: string;
  /** `NAME`, or `OWNER/NAME`. */
  template: string;
  invite: string | undefined;
  nameRefusal: NameRefusal;
  /** GitHub asked for a pause, or is given time. */
  waiting: (seconds: number) => void;
};

export type Contact = { scene: Scene; recorder: Recorder };

/** How often is looked whether something is there by now. */
const tickSeconds = 2;
const leastTickMs = 50;
/** A pause that people wonder about. */
const longSeconds = 5;

export function openContact(settings: ContactSettings): Contact {
  const { owner, repo, appId, apiUrl, invite, pace } = settings;
  const recorder = recordCalls(apiUrl.replace(/\/$/, ''));
  const client = openClient(settings, slowly(1000 / pace), recorder.fetch);
  const wait = (seconds: number): Promise<void> => {
    if (seconds >= longSeconds) settings.waiting(seconds);
    return sleep((seconds * 1000) / pace);
  };
  const [name, other] = settings.template.split('/').toReversed();
  const opened = new Map<string, Octokit>();
  const { ask, query } = asking(recorder, settings.nameRefusal);
  const scene: Scene = {
    app: client.app,
    as: (task) => {
      // Learned by the first step.
      const known = opened.get(task) ?? client.installation(scene.known.installationId!, taskPermissions[task]);
      opened.set(task, known);
      return known;
    },
    owner,
    repo,
    appId,
    template: { owner: other ?? owner, repo: name! },
    invite,
    ask,
    query,
    sleep: wait,
    until: async (seconds, look) => {
      for (let looks = Math.ceil(seconds / tickSeconds); ; looks--) {
        const found = await look();
        if (found !== undefined || looks <= 0) return found;
        await sleep(Math.max(leastTickMs, (tickSeconds * 1000) / pace));
      }
    },
    exchanges: recorder.exchanges,
    known: {},
  };
  return { scene, recorder };
}

/** One call at a time anyway; writes apart. */
function slowly(milliseconds: number): Pacer {
  let next = 0;
  const nothing = async (): Promise<void> => undefined;
  return {
    before: async (_, { writes }) => {
      if (writes) {
        await sleep(Math.max(0, next - performance.now()));
        next = performance.now() + milliseconds;
      }
      return false;
    },
    heard: () => undefined,
    hold: nothing,
    answered: nothing,
    away: nothing,
  };
}
