// What a job's GITHUB_TOKEN may do: the file's `permissions:`, the repository's default, and the caller's limit.
import type { Level, Permissions } from '../../world/records.ts';
import { InvalidWorkflow, isMap, type Json } from './read-workflow.ts';

/** Names as workflow files spell them. */
const NAMES = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
] as const;

/** Permissions by the names of workflow files; what is not named is none. */
export type Grant = Record<string, Level>;

/** The default of a repository that gives its workflows read or write access. */
export function defaultGrant(kind: 'read' | 'write'): Grant {
  if (kind === 'read') return { contents: 'read', packages: 'read' };
  return Object.fromEntries(NAMES.filter((name) => name !== 'id-token').map((name) => [name, 'write' as const]));
}

/** Reads a `permissions:` key; undefined when the file has none. */
export function readGrant(value: Json | undefined): Grant | undefined {
  if (value === undefined) return undefined;
  if (value === 'read-all' || value === 'write-all') {
    const level = value === 'read-all' ? 'read' : 'write';
    return Object.fromEntries(
      NAMES.filter((name) => name !== 'id-token' || level === 'write').map((name) => [name, level as Level]),
    );
  }
  if (value === null) return {};
  if (!isMap(value)) throw new InvalidWorkflow(`Unexpected value '${String(value)}' for permissions`);
  const grant: Grant = {};
  for (const [name, level] of Object.entries(value)) {
    if (!(NAMES as readonly string[]).includes(name))
      throw new InvalidWorkflow(`Unexpected value '${name}' in permissions`);
    if (level === 'read' || level === 'write') grant[name] = level;
    else if (level !== 'none')
      throw new InvalidWorkflow(`Unexpected value '${String(level)}' for permission '${name}'`);
  }
  return grant;
}

/** Refuses a called workflow whose job asks for more than its caller has, with GitHub's sentence. */
export function checkWithin(grant: Grant, limit: Grant, job: string, uses: string): void {
  const excess = Object.entries(grant).filter(([name, level]) => limit[name] !== level && limit[name] !== 'write');
  if (excess.length === 0) return;
  const asked = excess.map(([name, level]) => `${name}: ${level}`).join(', ');
  const allowed = excess.map(([name]) => `${name}: ${limit[name] ?? 'none'}`).join(', ');
  throw new InvalidWorkflow(
    `Error calling workflow '${uses}'. The nested job '${job}' is requesting '${asked}', but is only allowed '${allowed}'.`,
  );
}

/** The same permissions by the names of the REST API; `id-token` is no permission of a token. */
export function tokenPermissions(grant: Grant): Permissions {
  const permissions: Permissions = { metadata: 'read' };
  for (const [name, level] of Object.entries(grant))
    if (name !== 'id-token') permissions[name.replaceAll('-', '_')] = level;
  return permissions;
}
