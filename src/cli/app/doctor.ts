// practicum doctor: is everything there that the app needs? One line per check, with what to do.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError, readDatabaseConfig, type Config } from '../../config.ts';
import { openClient } from '../../github/client/client.ts';
import { taskPermissions } from '../../github/github.ts';
import { openDatabase } from '../../postgres/open-database.ts';
import { lookAtSetUp } from '../../flows/course/look-at-set-up.ts';
import { withPorts } from '../options/with-ports.ts';
import type { Io, Register } from '../options/command.ts';
import { readSettings } from '../options/read-settings.ts';
import type { LiveOptions } from './live-contact.ts';

const run = promisify(execFile);

const help = `With --live, each answer of GitHub is compared with what the app assumes and the sandbox says. A table tells what is as
assumed, what differs and what that means for the course; what could not be tried is said, and is no good news. It
takes some two minutes. Ctrl-C ends it and removes what was made.

Exit code: 0 all is well, 1 something is wrong or differs, 2 wrong use, or not agreed to.`;

type Check = { name: string; ok: boolean; detail: string };

export const doctor: Register = (program, io) => {
  program
    .command('doctor')
    .description('check settings, git, database and the App’s permissions, and say how to fix what is wrong')
    .option('--json', 'print the checks as JSON')
    .option(
      '--live <organisation>',
      'try on GitHub itself what the app depends on, in a private scratch repository that is removed',
    )
    .option(
      '--template <name>',
      'with --live: the template of student repositories, NAME or OWNER/NAME',
      'student-template',
    )
    .option('--invite <login>', 'with --live: your own login, to be invited to the scratch repository')
    .option('--record <file>', 'with --live: where the answers go, names and tokens replaced', 'practicum-contact.json')
    .option('--only <step...>', 'with --live: these steps alone, and what they need')
    .option('--yes', 'with --live: do not ask before it begins')
    .addHelpText('after', `\n${help}`)
    .action(async (options: Partial<LiveOptions>) => {
      if (options.live !== undefined)
        return (await import('./live-contact.ts')).liveContact(io, options as LiveOptions);
      const { json } = options;
      const found = await examine(io);
      const checks = [
        ...found,
        ...(found.every(({ name, ok }) => ok || name !== 'settings') ? await examineCourses(io) : []),
      ];
      if (json) io.out(`${JSON.stringify({ ok: checks.every(({ ok }) => ok), checks }, undefined, 2)}\n`);
      else for (const { name, ok, detail } of checks) io.out(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} ${detail}\n`);
      io.exit(checks.every(({ ok }) => ok) ? 0 : 1);
    });
};

/** What `practicum doctor` finds, for the page of the set-up too. */
export async function examine(io: Pick<Io, 'env' | 'cwd'>): Promise<Check[]> {
  const checks = [await check('git', gitVersion), await check('database', () => databaseAnswers(io))];
  let config: Config;
  try {
    config = readSettings(io);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...checks, ...error.sentences.map((detail) => ({ name: 'settings', ok: false, detail }))];
  }
  return [
    ...checks,
    { name: 'settings', ok: true, detail: `App ${config.appId} at ${config.apiUrl}` },
    ...(await examineApp(config)),
  ];
}

/** What each course still needs on GitHub: the steps of the page of the set-up. */
async function examineCourses(io: Io): Promise<Check[]> {
  try {
    return await withPorts(io, async (ports) => {
      const courses = (await ports.store.courses()).filter(({ installationId }) => installationId !== 0);
      const found = await Promise.all(courses.map((course) => lookAtSetUp(ports, course)));
      return found.flatMap(({ login, steps }) =>
        steps.map(({ id, state, found: said, can, at }) => ({
          name: id,
          ok: state === 'done',
          detail: [`${login}: ${said}`, can ? 'the app does it on its page /setup' : '', at].filter(Boolean).join('; '),
        })),
      );
    });
  } catch (error) {
    return [{ name: 'course', ok: false, detail: `not known: ${(error as Error).message.split('\n')[0]}` }];
  }
}

async function examineApp(config: Config): Promise<Check[]> {
  const client = openClient(config);
  const app = await client.app.rest.apps.getAuthenticated().then(
    ({ data }) => data,
    (error: Error) => error,
  );
  if (app instanceof Error || !app) {
    return [
      {
        name: 'app',
        ok: false,
        detail: `GitHub does not accept APP_ID and PRIVATE_KEY: ${app?.message ?? 'no answer'}`,
      },
    ];
  }
  const deliveries = await client.app.rest.apps.listWebhookDeliveries({ per_page: 1 }).then(
    () => ({ ok: true, detail: 'GitHub keeps a record of deliveries; the app asks for missed ones every ten minutes' }),
    (error: Error & { code?: string }) =>
      error.code === 'not-found'
        ? { ok: true, detail: 'this server keeps no record of deliveries; missed webhooks are lost' }
        : { ok: false, detail: `the record cannot be read: ${error.message}` },
  );
  const missing = missingPermissions(app.permissions as Record<string, string>);
  const installations = await client.app.paginate(client.app.rest.apps.listInstallations, { per_page: 100 });
  return [
    { name: 'app', ok: true, detail: `${app.name} (${app.slug})` },
    { name: 'deliveries', ...deliveries },
    {
      name: 'permissions',
      ok: missing.length === 0,
      detail:
        missing.length === 0
          ? 'as in app.yml'
          : `missing ${missing.join(', ')}: change them on the App’s settings page; owners are asked to accept`,
    },
    {
      name: 'installed',
      ok: installations.length > 0,
      detail:
        installations.map(({ account }) => (account && 'login' in account ? account.login : '?')).join(', ') ||
        'nowhere: install the App on the course organisation',
    },
  ];
}

function missingPermissions(granted: Record<string, string>): string[] {
  const wanted = Object.assign({}, ...Object.values(taskPermissions).toSorted(byStrength)) as Record<string, string>;
  return Object.entries(wanted)
    .filter(
      ([name, level]) =>
        granted[name] !== 'admin' && granted[name] !== level && !(level === 'read' && granted[name] === 'write'),
    )
    .map(([name, level]) => `${name}: ${level}`);
}

/** Tasks that only read come first, so that a write permission of another task prevails. */
function byStrength(a: object, b: object): number {
  return Number(Object.values(a).includes('write')) - Number(Object.values(b).includes('write'));
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  return look().then(
    (detail) => ({ name, ok: true, detail }),
    (error: Error) => ({ name, ok: false, detail: error.message.split('\n')[0] ?? 'failed' }),
  );
}

async function gitVersion(): Promise<string> {
  const { stdout } = await run('git', ['--version']).catch(() => {
    throw new Error('git is not installed');
  });
  return stdout.trim();
}

async function databaseAnswers(io: Pick<Io, 'env' | 'cwd'>): Promise<string> {
  const { pool, close } = await openDatabase(readDatabaseConfig(io.env, io.cwd));
  const { rows } = await pool.query<{ version: string }>('select version()');
  await close();
  return rows[0]!.version.split(' on ')[0]!;
}
