// What flows use of this folder: one probe of an address that a stranger chose, signed, from behind the guard.
import type { KeyObject } from 'node:crypto';
import { connect, isIP } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Endpoints } from '../ports/practice.ts';
import { resolveName, type Lookup } from './guarded-connect.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { readVersions, sendBadInputs, sendLoad } from './stress-endpoint.ts';
import { probeEndpoint } from './probe-endpoint.ts';

type Settings = {
  key: KeyObject;
  /** For the sandbox and for development: this machine's own addresses may be asked. */
  allowLoopback: boolean;
  confirmAfterSeconds: number;
  /** What the times of probes are drawn from. */
  timing: string;
  /** A host that must be known, and answer at this port: GitHub's. */
  knownHost: string;
  knownPort: number;
  /** How names are looked up, where not by DNS. */
  lookup?: Lookup;
};

/** So that a load comes as it would from many users, and does not wait for us. */
const mostConnections = 64;
/** A class that is down is not tried for one by one. */
const triedForMs = 2000;
const reachedWithinMs = 3000;

export function openEndpoints({
  key,
  allowLoopback,
  confirmAfterSeconds,
  timing,
  knownHost,
  knownPort,
  lookup,
}: Settings): Endpoints {
  const guard = { allowLoopback, ...(lookup ? { lookup } : {}) };
  const fetch = createGuardedFetch(guard);
  let tried: { until: number; works: Promise<boolean> } | undefined;
  const held = monitorEventLoopDelay({ resolution: 20 });
  held.enable();
  const crowd = createGuardedFetch({ ...guard, connections: mostConnections });
  const stress = { fetch: crowd, key, now: () => new Date() };
  return {
    badInputs: (task) => sendBadInputs(task, stress),
    load: (task, step) => sendLoad(task, step, stress),
    versions: (url) => readVersions(url, stress),
    confirmAfterSeconds,
    timing,
    async namesWork() {
      if (isUntold(knownHost)) return undefined;
      return (lookup ?? resolveName)(knownHost).then(
        (addresses) => addresses.length > 0,
        () => false,
      );
    },
    async networkWorks() {
      if (isUntold(knownHost)) return undefined;
      if (!tried || tried.until < performance.now())
        tried = { until: performance.now() + triedForMs, works: opens(knownHost, knownPort) };
      return tried.works;
    },
    async probe(task) {
      held.reset();
      // Signatures carry real time, also where the course's clock is moved by hand: servers compare with their own.
      return probeEndpoint(task, { fetch, key, now: () => new Date(), lag: () => held.max / 1e6 });
    },
  };
}

/** What is on this machine says nothing of the network. */
function isUntold(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0 || !host.includes('.');
}

/** By the system's own look-up, as GitHub is asked everything else. */
function opens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: reachedWithinMs });
    for (const event of ['connect', 'error', 'timeout']) {
      socket.once(event, () => {
        resolve(event === 'connect');
        socket.destroy();
      });
    }
  });
}
