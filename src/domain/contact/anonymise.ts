// Recordings of the first contact without tokens and names, so that they can be given away and kept as test data.

/** A call to GitHub and its answer as they went over the wire. */
export type Recorded = {
  step: string;
  method: string;
  url: string;
  /** Below the API's own address, without a query. */
  path: string;
  request: unknown;
  status: number;
  headers: Record<string, string>;
  /** JSON or text; bytes as `{ base64 }`. */
  response: unknown;
};

const tokens = /\b(?:gh[a-z]_\w{10,}|github_pat_\w{10,}|v1\.[0-9a-f]{30,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*)/g;
/** An address, or what could have begun one: taken as a whole, so that no text is looked at twice. */
const addressOrNone = /[\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?/g;
const secretKeys = new Set(['token', 'access_token', 'temp_clone_token', 'pem', 'client_secret', 'webhook_secret']);
/** Opaque, and with account ids inside. */
const dullKeys = new Set(['node_id', 'avatar_url', 'gravatar_id']);

/** `names`: what each name that is known beforehand is called instead. Accounts that turn up get names and ids of their own. */
export function anonymise(exchanges: readonly Recorded[], names: ReadonlyMap<string, string>): Recorded[] {
  const known = new Map([...names].map(([name, other]) => [name.toLowerCase(), other]));
  const ids = new Map<number, number>();
  for (const { response } of exchanges) findAccounts(response, known, ids);
  const replace = replacer(known);
  const walk = (value: unknown, key = '', isAccount = false): unknown => {
    if (typeof value === 'string') {
      if (secretKeys.has(key)) return 'a-token';
      return dullKeys.has(key) ? key : replace(value);
    }
    if (typeof value === 'number') return isAccount && key === 'id' ? (ids.get(value) ?? value) : value;
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value !== 'object' || value === null) return value;
    const account = 'login' in value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name, account)]));
  };
  return exchanges.map((exchange) => ({
    ...exchange,
    url: replace(exchange.url),
    path: replace(exchange.path),
    request: walk(exchange.request),
    headers: walk(withoutKey(exchange)) as Record<string, string>,
    response: walk(exchange.response),
  }));
}

/** The signed address of a store of files is a key. */
function withoutKey({ url, headers }: Recorded): Record<string, string> {
  const { location } = headers;
  if (location === undefined || !URL.canParse(location, url)) return headers;
  const isHome = new URL(location, url).origin === new URL(url).origin;
  return isHome ? headers : { ...headers, location: location.replace(/\?.*/, '') };
}

function findAccounts(value: unknown, known: Map<string, string>, ids: Map<number, number>): void {
  if (Array.isArray(value)) return value.forEach((item) => findAccounts(item, known, ids));
  if (typeof value !== 'object' || value === null) return;
  const { login, id, email, name } = value as Record<string, unknown>;
  if (typeof login === 'string' && typeof id === 'number') {
    if (!ids.has(id)) ids.set(id, ids.size + 1);
    if (!login.endsWith('[bot]') && !known.has(login.toLowerCase())) known.set(login.toLowerCase(), nextName(known));
  }
  // Author and committer of a commit.
  if (typeof email === 'string' && typeof name === 'string' && name !== 'GitHub' && !name.endsWith('[bot]'))
    if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), nextName(known));
  for (const inner of Object.values(value)) findAccounts(inner, known, ids);
}

const nextName = (known: ReadonlyMap<string, string>): string => `person-${known.size + 1}`;

/** The longest name first: one may be part of another. */
function replacer(known: ReadonlyMap<string, string>): (text: string) => string {
  const names = [...known.keys()].filter((name) => name !== '').toSorted((a, b) => b.length - a.length);
  const pattern = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  const all = new RegExp(`(?<![A-Za-z0-9])(?:${pattern})(?![A-Za-z0-9])`, 'gi');
  return (text) => {
    const safe = text.replace(tokens, 'a-token');
    const renamed = names.length > 0 ? safe.replace(all, (name) => known.get(name.toLowerCase())!) : safe;
    return renamed.replace(addressOrNone, (run) => (run.includes('@') ? 'person@example.com' : run));
  };
}
