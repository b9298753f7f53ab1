// Environment → Config, once. What is missing or wrong is said in sentences, all at once.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Shares } from './domain/jobs/hourly-shares.ts';
import { readActionName, type ActionName } from './domain/messages/name-action.ts';
import { githubIssuer } from './domain/report/oidc.ts';
import { nameServers } from './name-servers.ts';

export type Config = {
  appId: number;
  privateKey: string;
  webhookSecret: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  apiUrl: string;
  /** Where repositories are, for people and for git. */
  webUrl: string;
  oidcIssuers: string[];
  /** Absent: the embedded PostgreSQL below `home`. */
  databaseUrl?: string;
  host: string;
  port: number;
  /** Checkouts, slices, the embedded database. */
  home: string;
  /** Slices may take so much of the disk before the longest unused are removed. */
  slicesGb?: number;
  courseRepository: string;
  /** The companion Action, as the workflows that the app writes call it. */
  action?: ActionName;
  /** The secret in the dashboard's address; `open` lets everyone in who reaches the port. */
  dashboardToken?: string;
  dashboardUrl: string;
  /** An incoming webhook of the staff's chat; absent: nothing is said there. */
  staffWebhook?: string;
  /** By which Prometheus reads /metrics from elsewhere; absent: on this machine alone. */
  metricsToken?: string;
  /** By which people sign in with GitHub; absent: nobody does. */
  oauth?: { clientId: string; clientSecret: string };
  /** Times the usual pace towards GitHub: 1, except where a rehearsal's GitHub has no limits. */
  pace: number;
  /** Address of a clock that a rehearsal moves; absent: the machine's own. */
  clockUrl?: string;
  smeeUrl?: string;
  /** What one repository may cause in an hour. */
  shares?: Shares;
  /** What reading one thing that a student wrote may take. */
  reading?: { cpuMs: number; memoryMb: number };
  /** Asked where the services of students are; absent: those of the machine. */
  nameServers?: string[];
  /** Endpoints on this machine itself may be probed: for the sandbox and for development. */
  allowLoopback?: boolean;
  logLevel: string;
  /** The environment, for rclone: it takes what it needs of it, and nothing else. */
  environment: Environment;
};

type Environment = Record<string, string | undefined>;

/** Wrong or missing settings, as sentences for whoever starts the app. */
export class ConfigError extends Error {
  readonly sentences: string[];
  constructor(sentences: string[]) {
    super(sentences.join('\n'));
    this.sentences = sentences;
  }
}

const filled = z.string().trim().min(1);
const schema = z.object({
  APP_ID: z.coerce
    .number<string>({ error: 'APP_ID is missing: the number on the App’s settings page' })
    .int()
    .positive(),
  WEBHOOK_SECRET: z
    .string({ error: 'WEBHOOK_SECRET is missing: without it anybody could send us webhooks' })
    .min(8, 'WEBHOOK_SECRET is too short: use at least 8 characters')
    .refine(
      (secret) => secret !== 'development',
      'WEBHOOK_SECRET is the well-known default "development": choose your own',
    ),
  PRIVATE_KEY: filled.optional(),
  PRIVATE_KEY_PATH: filled.optional(),
  CLIENT_ID: filled.optional(),
  CLIENT_SECRET: filled.optional(),
  GITHUB_API_URL: z.url().optional(),
  GITHUB_SERVER_URL: z.url().optional(),
  OIDC_ISSUERS: filled.optional(),
  DATABASE_URL: filled.optional(),
  HOST: filled.default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PRACTICUM_HOME: filled.default('.practicum'),
  PRACTICUM_ACTION: filled
    .refine(
      (name) => readActionName(name) !== undefined,
      'PRACTICUM_ACTION must be OWNER/REPO@VERSION: the repository with the Action, and a tag or commit of it',
    )
    .optional(),
  PRACTICUM_SLICES_GB: z.coerce.number().positive().optional(),
  PRACTICUM_COURSE_REPOSITORY: filled.default('course'),
  PRACTICUM_DASHBOARD_TOKEN: filled.optional(),
  PRACTICUM_STAFF_WEBHOOK: z
    .url({ protocol: /^https?$/, error: 'PRACTICUM_STAFF_WEBHOOK must be an https:// address' })
    .optional(),
  PRACTICUM_METRICS_TOKEN: filled.optional(),
  PRACTICUM_URL: z.url().optional(),
  PRACTICUM_READING_SECONDS: z.coerce.number().positive().max(600).default(5),
  PRACTICUM_READING_MB: z.coerce.number().int().min(64).default(512),
  PRACTICUM_JOBS_PER_HOUR: z.coerce.number().int().min(10).default(600),
  PRACTICUM_CALLS_PER_HOUR: z.coerce.number().int().min(10).default(1500),
  PRACTICUM_MEGABYTES_PER_HOUR: z.coerce.number().int().min(10).default(1000),
  PRACTICUM_READING_SECONDS_PER_HOUR: z.coerce.number().int().min(10).default(300),
  PRACTICUM_PACE: z.coerce.number().positive().default(1),
  PRACTICUM_CLOCK_URL: z.url().optional(),
  PRACTICUM_NAME_SERVERS: nameServers.optional(),
  PRACTICUM_ALLOW_LOOPBACK: z.enum(['0', '1']).default('0'),
  WEBHOOK_PROXY_URL: z.url().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Reads the settings. Throws `ConfigError`. */
export function readConfig(environment: Environment, cwd: string): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  const half = halfSignIn(given);
  const key = readPrivateKey(given['PRIVATE_KEY'], given['PRIVATE_KEY_PATH'], cwd);
  if (!parsed.success || 'sentence' in key || half)
    throw new ConfigError([
      ...(parsed.error?.issues.map(sentenceOf) ?? []),
      ...('sentence' in key ? [key.sentence] : []),
      ...(half ? [half] : []),
    ]);
  const values = parsed.data;
  return {
    appId: values.APP_ID,
    privateKey: key.text,
    webhookSecret: values.WEBHOOK_SECRET,
    ...urlsOf(values),
    oidcIssuers: values.OIDC_ISSUERS?.split(/[\s,]+/).filter(Boolean) ?? [githubIssuer],
    host: values.HOST,
    port: values.PORT,
    home: resolve(cwd, values.PRACTICUM_HOME),
    courseRepository: values.PRACTICUM_COURSE_REPOSITORY,
    dashboardUrl: values.PRACTICUM_URL ?? `http://${values.HOST}:${values.PORT}`,
    reading: { cpuMs: values.PRACTICUM_READING_SECONDS * 1000, memoryMb: values.PRACTICUM_READING_MB },
    shares: {
      jobs: values.PRACTICUM_JOBS_PER_HOUR,
      calls: values.PRACTICUM_CALLS_PER_HOUR,
      megabytes: values.PRACTICUM_MEGABYTES_PER_HOUR,
      reading: values.PRACTICUM_READING_SECONDS_PER_HOUR,
    },
    pace: values.PRACTICUM_PACE,
    allowLoopback: values.PRACTICUM_ALLOW_LOOPBACK === '1',
    logLevel: values.LOG_LEVEL,
    environment,
    ...(values.PRACTICUM_NAME_SERVERS ? { nameServers: values.PRACTICUM_NAME_SERVERS } : {}),
    ...(values.PRACTICUM_SLICES_GB === undefined ? {} : { slicesGb: values.PRACTICUM_SLICES_GB }),
    ...(values.DATABASE_URL ? { databaseUrl: values.DATABASE_URL } : {}),
    ...(values.PRACTICUM_DASHBOARD_TOKEN ? { dashboardToken: values.PRACTICUM_DASHBOARD_TOKEN } : {}),
    ...(values.PRACTICUM_ACTION ? { action: readActionName(values.PRACTICUM_ACTION)! } : {}),
    ...(values.PRACTICUM_STAFF_WEBHOOK ? { staffWebhook: values.PRACTICUM_STAFF_WEBHOOK } : {}),
    ...(values.PRACTICUM_METRICS_TOKEN ? { metricsToken: values.PRACTICUM_METRICS_TOKEN } : {}),
    ...(values.CLIENT_ID && values.CLIENT_SECRET
      ? { oauth: { clientId: values.CLIENT_ID, clientSecret: values.CLIENT_SECRET } }
      : {}),
    ...(values.PRACTICUM_CLOCK_URL ? { clockUrl: values.PRACTICUM_CLOCK_URL } : {}),
    ...(values.WEBHOOK_PROXY_URL ? { smeeUrl: values.WEBHOOK_PROXY_URL } : {}),
  };
}

/** Where everything is, for a set-up: the App itself is not known yet. */
export function readPlaces(
  environment: Environment,
): Pick<Config, 'host' | 'port' | 'webUrl' | 'apiUrl'> & { url?: string } {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.omit({ APP_ID: true, WEBHOOK_SECRET: true }).safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(sentenceOf));
  const { HOST: host, PORT: port, PRACTICUM_URL: url, ...values } = parsed.data;
  return { host, port, ...urlsOf(values), ...(url === undefined ? {} : { url: url.replace(/\/$/, '') }) };
}

type Urls = { GITHUB_API_URL?: string | undefined; GITHUB_SERVER_URL?: string | undefined };

function urlsOf({ GITHUB_API_URL: api, GITHUB_SERVER_URL: web }: Urls): Pick<Config, 'apiUrl' | 'webUrl'> {
  return {
    apiUrl: (api ?? 'https://api.github.com').replace(/\/$/, ''),
    webUrl: (web ?? 'https://github.com').replace(/\/$/, ''),
  };
}

/** One without the other: nobody could sign in, and nobody would know why. */
function halfSignIn({ CLIENT_ID: id, CLIENT_SECRET: secret }: Environment): string | undefined {
  if ((id === undefined) === (secret === undefined)) return undefined;
  const [missing, given] = id === undefined ? ['CLIENT_ID', 'CLIENT_SECRET'] : ['CLIENT_SECRET', 'CLIENT_ID'];
  return `${missing} is missing beside ${given}: both are on the App’s settings page, and people sign in by them`;
}

/** Only what the database needs: `migrate` and `ledger` work without an App. */
export function readDatabaseConfig(environment: Environment, cwd: string): Pick<Config, 'databaseUrl' | 'home'> {
  const databaseUrl = environment['DATABASE_URL'];
  return { home: resolve(cwd, environment['PRACTICUM_HOME'] || '.practicum'), ...(databaseUrl ? { databaseUrl } : {}) };
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.');
  return issue.message.startsWith(name) ? issue.message : `${name}: ${issue.message}`;
}

/** The key's text as it is given: what students know our probes by is made from it. */
function readPrivateKey(
  text: string | undefined,
  path: string | undefined,
  cwd: string,
): { text: string } | { sentence: string } {
  if (text) return checkKey(plainKey(text), 'PRIVATE_KEY');
  if (!path)
    return {
      sentence: 'PRIVATE_KEY or PRIVATE_KEY_PATH is missing: the App’s private key, made on its settings page',
    };
  try {
    return checkKey(readFileSync(resolve(cwd, path), 'utf8'), `PRIVATE_KEY_PATH: ${path}`);
  } catch {
    return { sentence: `PRIVATE_KEY_PATH: ${path} cannot be read` };
  }
}

/** Where a setting has one line, `\n` stands for line feeds, or the whole file is in base64. */
function plainKey(text: string): string {
  const lines = text.replaceAll('\\n', '\n');
  if (lines.includes('-----BEGIN')) return lines;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return decoded.startsWith('-----BEGIN') ? decoded : lines;
}

/** Told here, since GitHub would never be reached with it. */
function checkKey(text: string, where: string): { text: string } | { sentence: string } {
  const advice =
    'it begins with -----BEGIN RSA PRIVATE KEY----- and has many lines: download it from the App’s settings page';
  if (!text.includes('-----BEGIN')) return { sentence: `${where} is not a private key: ${advice}` };
  if (/-----BEGIN (?!(RSA |ENCRYPTED )?PRIVATE KEY)/.test(text))
    return { sentence: `${where} is another kind of file than a private key: ${advice}` };
  try {
    const type = createPrivateKey(text).asymmetricKeyType;
    return type === 'rsa' ? { text } : { sentence: `${where} is a key of another kind (${type}): GitHub’s are RSA` };
  } catch {
    return { sentence: `${where} is a private key that cannot be read; a part of it may be missing: ${advice}` };
  }
}
