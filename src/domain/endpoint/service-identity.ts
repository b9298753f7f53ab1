// Whose a service is: one form for all spellings of an address, what `/metadata` says to a nonce, and what follows from both.
import type { Evidence, ProbeEvidence } from '../evidence/evidence.ts';
import { isPrintable } from '../text/storable.ts';

export const NONCE_HEADER = 'practicum-nonce';

/** Codes of probes that fail because of whose the service is, not of what it does. */
export const SHARED_ENDPOINT = 'endpoint-shared';
export const ANOTHERS_ENDPOINT = 'endpoint-of-another';
export const UNPROVEN_ENDPOINT = 'endpoint-unproven';

const notTheirs: readonly string[] = [SHARED_ENDPOINT, ANOTHERS_ENDPOINT, UNPROVEN_ENDPOINT];
/** Whether a probe failed for whose service it is, however well that one answers. */
export const isOfAnother = ({ code }: { code: string }): boolean => notTheirs.includes(code);

/** Another owner who registered the same address. */
export type Rival = { owner: string; repository: string; proven: boolean };

/**
 * `proven`: it named the owner's repository. `unproven`: it names none. `another`: it named somebody else's. `taken`:
 * somebody else registered the address too, and proved it. `shared`: somebody else registered it, and nobody alone proved it.
 */
export type ServiceIdentity = 'proven' | 'unproven' | 'another' | 'taken' | 'shared';

/**
 * The address in the form that all its spellings share: no scheme, no default port, no final dot, IP addresses as one
 * text, paths decoded and without empty or dotted parts. Undefined for what is no address.
 */
export function serviceAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, pathname, protocol } = new URL(url);
  const wanted = port === '' || (protocol === 'https:' && port === '80') || (protocol === 'http:' && port === '443');
  const path = new URL(`http://h${decodePath(pathname)}`).pathname.replace(/\/{2,}/g, '/');
  return `${plainHost(hostname)}${wanted ? '' : `:${port}`}${path.endsWith('/') ? path.slice(0, -1) : path}`;
}

/** Until nothing is left to decode: a server may decode as often as it likes. */
function decodePath(path: string): string {
  let text = path;
  for (let round = 0; round < 3 && text.includes('%'); round++) {
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  }
  return text.replace(/[\s\\?#]/g, (sign) => encodeURIComponent(sign));
}

const embedded = /(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})\.(?:nip|sslip|xip)\.io$/;

function plainHost(hostname: string): string {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const mapped = /^::(?:ffff:(?:0:)?)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  const carried = embedded.exec(host);
  const ip = mapped
    ? [mapped[1]!, mapped[2]!]
        .flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255])
        .join('.')
    : carried
      ? carried.slice(1, 5).map(Number).join('.')
      : host;
  return ip === 'localhost' || ip === '::1' || /^127(\.\d+){3}$/.test(ip) || ip === '0.0.0.0' ? 'localhost' : ip;
}

/** The repository that an answer of /metadata names, where it carries the nonce: nobody else's old answer will do. */
export function readIdentity(body: string, nonce: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { nonce: echoed, repository } = value as { nonce?: unknown; repository?: unknown };
  if (echoed !== nonce || typeof repository !== 'string') return undefined;
  const name = repository.trim();
  return name.length <= 140 && isPrintable(name) && /^[^/\s]+\/[^/\s]+$/.test(name) ? name : undefined;
}

/** What holds now. Two who both prove one address pass it to and fro, so neither has it. */
export function identityOf(
  { proven, says }: { proven: boolean; says?: string | undefined },
  rivals: readonly Rival[],
): ServiceIdentity {
  const contested = rivals.some((rival) => rival.proven);
  if (proven) return contested ? 'shared' : 'proven';
  if (says !== undefined) return 'another';
  if (contested) return 'taken';
  return rivals.length > 0 ? 'shared' : 'unproven';
}

/**
 * What was measured while two claimed the service counts for whoever proves it later, and as a failure for the other:
 * who registers what is not theirs earns nothing, and whose it is loses nothing.
 */
export function settleContested(evidence: readonly Evidence[], now: Date): readonly Evidence[] {
  const probes = evidence.filter((item): item is ProbeEvidence => item.kind === 'probe' && item.at <= now);
  if (!probes.some(({ identity }) => identity === 'contested')) return evidence;
  const proven = Math.max(
    ...probes.map(({ identity, at }) => (identity === 'proven' ? at.getTime() : Number.NEGATIVE_INFINITY)),
  );
  const refused = new Set<Evidence>(
    probes.filter((probe) => probe.identity === 'contested' && probe.at.getTime() > proven),
  );
  return evidence.map((item) => (refused.has(item) ? refuse(item as ProbeEvidence) : item));
}

/** Maintenance and outages of ours stay what they are. */
function refuse(probe: ProbeEvidence): ProbeEvidence {
  if (!probe.ok && probe.cause !== 'student') return probe;
  const { quality: _q, measured: _m, modelVersion: _v, apiVersion: _a, ...rest } = probe;
  return { ...rest, ok: false, code: SHARED_ENDPOINT, cause: 'student' };
}
