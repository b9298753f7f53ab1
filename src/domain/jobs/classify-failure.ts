// Whose failure it is: that of a machine, which passes and counts against nobody, or of the work itself.

/** `own`: the work itself; trying again for ever would not help it. The others are states of something outside, and pass. */
export type FailureClass = 'github' | 'database' | 'disk' | 'clock' | 'own';

type Facts = {
  code?: unknown;
  message?: unknown;
  name?: unknown;
  status?: unknown;
  severity?: unknown;
  syscall?: unknown;
  stderr?: unknown;
  cause?: unknown;
  errors?: unknown;
};

/** Our own codes of GitHub that say where it stands, not what it thinks of a call. */
const githubStates = new Set([
  'github-unreachable',
  'github-unavailable',
  'github-away',
  'rate-limited',
  'rate-held',
  'unauthorised',
  'installation-away',
  'issuer-unreachable',
]);

const network =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_(?:AGAIN|FAIL|NODATA)|ETIMEDOUT|E(?:HOST|NET)(?:UNREACH|DOWN)|EPIPE|EPROTO|UND_ERR_\w+|CERT_\w+|ERR_TLS_\w+)$/;
const fullDisk = /^(?:ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO|ESTALE|ENODEV|EMFILE|ENFILE)$/;
/**
 * Classes of SQLSTATE: connections, who may connect and where to, resources, the operator's doing, the system; and what a
 * retry fixes.
 */
const awayState =
  /^(?:08\w{3}|28\w{3}|3D000|42501|53\w{3}|57P0\d|57014|58\w{3}|25006|25P0[34]|40001|40003|40P01|55P03|XX\w{3})$/;
const awayDatabase =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|query read timeout|server closed the connection|client was closed|cannot use a pool after calling end/i;
const fullDiskWords =
  /no space left on device|disk quota exceeded|read-only file system|stale (?:nfs )?file handle|input\/output error|too many open files|insufficient permission for adding an object|(?:could not|unable to|cannot) (?:create|write|open|mkdir)[^\n]*permission denied/i;
/** What git and curl say of a network that is away, or of a server that answers 5xx or asks for patience. */
const awayForGit =
  /could not resolve (?:host|proxy)|(?:couldn't|failed to|could not|unable to) connect|connection (?:refused|reset|timed out)|(?:returned error|status):? (?:5\d\d|429)|operation timed out|early eof|rpc failed|remote end hung up|unexpected disconnect|(?:ssl|tls|gnutls)[_ ]?\w* ?(?:error|handshake)|network is unreachable|temporary failure in name resolution/i;
const clockWords =
  /'(?:exp|expiration time|iat|issued at)'.*(?:claim|future|assertion)|(?:system )?clock (?:is|has|must|answers|differs|skew)|token (?:is )?not (?:yet valid|active)/i;

/** The class of a failure, by itself or by what caused it. Anything that cannot be told apart is the work's own. */
export function classifyFailure(error: unknown): FailureClass {
  const seen = new Set<unknown>();
  for (const facts of chain(error, seen)) {
    const found = classOf(facts);
    if (found !== 'own') return found;
  }
  return 'own';
}

function* chain(error: unknown, seen: Set<unknown>): Generator<Facts> {
  if (typeof error === 'string') return void (yield { message: error });
  if (typeof error !== 'object' || error === null || seen.has(error) || seen.size > 50) return;
  seen.add(error);
  const facts = error as Facts;
  yield facts;
  // GitHub's refusal of a call is an answer: what its library wrapped it around says nothing more.
  if (facts.name === 'GitHubError' && !githubStates.has(String(facts.code)) && typeof facts.status === 'number') return;
  yield* chain(facts.cause, seen);
  if (Array.isArray(facts.errors)) for (const inner of facts.errors) yield* chain(inner, seen);
}

function classOf({ code, message, name, status, severity, syscall, stderr }: Facts): FailureClass {
  const key = typeof code === 'string' ? code : '';
  const words = `${typeof message === 'string' ? message : ''}\n${typeof stderr === 'string' ? stderr : ''}`;
  if (key === 'disk-full' || fullDisk.test(key) || key === '53100' || fullDiskWords.test(words)) return 'disk';
  const isGitHub = name === 'GitHubError' || name === 'HttpError';
  const isRefused = status === 401 || key === 'unauthorised';
  if (key === 'postgres-unavailable') return 'database';
  if (key === 'clock-silent' || (clockWords.test(words) && (isRefused || !isGitHub))) return 'clock';
  if (githubStates.has(key) || isAwayStatus(status, isGitHub)) return 'github';
  if (isGitHub) return 'own';
  const isSql = typeof severity === 'string' || /^[0-9A-Z]{5}$/.test(key);
  if ((isSql && awayState.test(key)) || awayDatabase.test(words)) return 'database';
  if (awayForGit.test(words) || name === 'JWKSTimeout' || /^fetch failed$/m.test(words)) return 'github';
  // A bare socket error: only the database's connections are not wrapped by a client of ours.
  if (network.test(key)) return syscall === undefined && name === 'TypeError' ? 'github' : 'database';
  return 'own';
}

function isAwayStatus(status: unknown, isGitHub: boolean): boolean {
  return isGitHub && typeof status === 'number' && (status >= 500 || status === 429 || status === 408);
}
