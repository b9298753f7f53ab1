// Why a guarded request was refused or failed. The code is stable; the message is for people and names no secret.

/** Codes that begin with `address-`, `url-` or `redirect` are refusals; the others happened on the way. */
export class GuardError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'GuardError';
    this.code = code;
  }
}

const network: Record<string, [code: string, message: string]> = {
  ECONNREFUSED: ['connect-refused', 'the connection was refused'],
  ECONNRESET: ['connect-reset', 'the connection was broken off'],
  UND_ERR_SOCKET: ['connect-reset', 'the connection was broken off'],
  EPIPE: ['connect-reset', 'the connection was broken off'],
  UND_ERR_CONNECT_TIMEOUT: ['connect-timeout', 'no connection within the time allowed'],
  ETIMEDOUT: ['connect-timeout', 'no connection within the time allowed'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'no answer within the time allowed'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'the answer stopped half way'],
  UND_ERR_HEADERS_OVERFLOW: ['headers-too-large', 'the headers of the answer are too large'],
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'the headers of the answer are too large'],
  EHOSTUNREACH: ['host-unreachable', 'the host cannot be reached'],
  ENETUNREACH: ['our-network', 'our network is down'],
  EADDRNOTAVAIL: ['our-network', 'our machine has no free address or port'],
  EMFILE: ['our-network', 'our machine has too many open files'],
  ENFILE: ['our-network', 'our machine has too many open files'],
  ENOBUFS: ['our-network', 'our machine has no memory for connections'],
};

const unroutable = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTUNREACH']);

/** Any failure of a request as a GuardError with one of our codes. */
export function toGuardError(error: unknown): GuardError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof GuardError) return cause;
    const code = 'code' in cause ? String(cause.code) : '';
    // An owner can see to that: a name with nothing but an IPv6 address, or one that leads nowhere.
    if (unroutable.has(code) && 'address' in cause && String(cause.address).includes(':'))
      return new GuardError(
        'ipv6-unreachable',
        'the service has only an IPv6 address, which cannot be reached from here',
        error,
      );
    const known = network[code];
    if (known) return new GuardError(known[0], known[1], error);
    if (code.startsWith('HPE_') || cause.name === 'HTTPParserError')
      return new GuardError('not-http', 'the answer is not HTTP', error);
    if (/^Z_|^ERR_(?:ZLIB|BROTLI|ZSTD)|^ERR__?ERROR_FORMAT|^ZSTD_/.test(code))
      return new GuardError('bad-encoding', 'the answer is not coded as its Content-Encoding says', error);
    if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME|VERIFY/.test(code)) {
      return new GuardError('tls', `the secure connection failed (${code})`, error);
    }
  }
  return new GuardError('request-failed', 'the request failed', error);
}
