// The files by which others run the app: nothing runs as root, every setting exists, every file that they name is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { testWith } from '../needs.ts';
import { root } from '../project-files.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const settings = new Set([...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name!));

describe('Dockerfile', () => {
  const text = read('Dockerfile').replaceAll('\\\n', ' ');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  test('the image runs as an account without power, by exec, and says whether it lives', () => {
    const users = last.filter((line) => line.startsWith('USER '));
    expect(users.at(-1)).toBe('USER 10001:10001');
    expect(last.findIndex((line) => line.startsWith('USER '))).toBeGreaterThan(
      last.findLastIndex((line) => line.startsWith('RUN ')),
    );
    expect(last.some((line) => /^HEALTHCHECK .*CMD \[/.test(line) && line.includes('/healthz'))).toBe(true);
    expect(last).toContain('ENTRYPOINT ["node", "src/main.ts"]');
    expect(last.some((line) => line.startsWith('COPY . '))).toBe(false);
  });

  test('what it copies is there, and reaches the build', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const line of lines.filter((value) => /^COPY (?!--from)/.test(value)))
      for (const path of line.split(/\s+/).slice(1, -1)) {
        expect(existsSync(join(root, path)), path).toBe(true);
        expect(
          allowed.some((value) => path === value || path.startsWith(`${value}/`)),
          path,
        ).toBe(true);
      }
  });

  test('its environment holds settings that there are', () => {
    const set = last
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) => [...line.matchAll(/(\w+)=/g)].map(([, name]) => name!));
    expect(set.filter((name) => !settings.has(name) && name !== 'NODE_ENV' && name !== 'HOME')).toEqual([]);
  });

  test('the packages that the app starts with are those of production', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    expect(dependencies).toHaveProperty('smee-client');
    expect(Object.values(dependencies).filter((version) => !/^\d/.test(version))).toEqual([]);
  });
});

type Service = {
  image: string;
  env_file?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  read_only?: boolean;
  user?: string;
  ports?: string[];
  healthcheck?: object;
  privileged?: boolean;
  networks: string[];
  depends_on?: object;
} & Record<string, unknown>;

describe('compose.yml', () => {
  const text = read('compose.yml');
  const compose = parse(text) as { services: Record<string, Service>; volumes: object; networks: object } & Record<
    string,
    unknown
  >;
  const known = [
    'image',
    'build',
    'restart',
    'env_file',
    'environment',
    'depends_on',
    'read_only',
    'tmpfs',
    'volumes',
    'user',
    'cap_drop',
    'cap_add',
    'security_opt',
    'stop_grace_period',
    'expose',
    'ports',
    'networks',
    'healthcheck',
  ];

  test('it has the keys of the compose specification, and what services name is declared', () => {
    expect(Object.keys(compose).toSorted()).toEqual(['name', 'networks', 'services', 'volumes']);
    for (const [name, service] of Object.entries(compose.services)) {
      expect(
        Object.keys(service).filter((key) => !known.includes(key)),
        name,
      ).toEqual([]);
      for (const network of service.networks) expect(compose.networks).toHaveProperty(network);
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        if (from.startsWith('.')) expect(existsSync(join(root, from)), from).toBe(true);
        else expect(compose.volumes).toHaveProperty(from);
      }
      const waits = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      for (const other of waits) expect(compose.services).toHaveProperty(other);
    }
  });

  test('the app is closed in, the database has no way out, and only the proxy is open to the world', () => {
    const { app, database, caddy } = compose.services as Record<'app' | 'database' | 'caddy', Service>;
    expect(app).toMatchObject({ read_only: true, user: '10001:10001', cap_drop: ['ALL'] });
    expect(
      Object.entries(compose.services)
        .filter(([, { ports }]) => ports)
        .map(([name]) => name),
    ).toEqual(['caddy']);
    expect(database.networks).toEqual(['inside']);
    expect(compose.networks).toMatchObject({ inside: { internal: true } });
    expect(caddy.read_only).toBe(true);
    expect(database.healthcheck).toBeDefined();
  });

  test('every setting exists, and every variable is in its document', () => {
    const { app } = compose.services as Record<'app', Service>;
    expect(Object.keys(app.environment!).filter((name) => !settings.has(name))).toEqual([]);
    const page = read('docs/container.md');
    for (const [, name] of text.matchAll(/\$\{(\w+)/g)) expect(page, name).toContain(`\`${name}\``);
  });

  test('the proxy hands on to the app, and not what is for the machine itself', () => {
    const caddy = read('deploy/container/Caddyfile');
    expect(caddy).toContain('reverse_proxy app:3000');
    expect(caddy).toContain('respond /metrics 404');
  });
});

describe('the unit', () => {
  const unit = read('deploy/systemd/practicum.service');

  test('it starts the app as an account of its own, with settings that there are', () => {
    expect(unit).toContain('DynamicUser=yes');
    expect(unit).toMatch(/^ExecStart=\S+\/node src\/main\.ts serve$/m);
    const set = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, line]) =>
      line!.split(' ').map((part) => part.split('=')[0]!),
    );
    expect(set.filter((name) => !settings.has(name) && name !== 'NODE_ENV')).toEqual([]);
  });

  testWith('systemd-analyze')('systemd finds nothing wrong with it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'practicum-unit-'));
    const file = join(folder, 'practicum.service');
    // The program is where the unit says it is only where the app is installed.
    writeFileSync(file, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
    const said = execFileSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(said).toBe('');
  });
});

test('the scripts of a backup say what they need, and refuse a database that is not empty', () => {
  for (const script of ['backup.sh', 'restore.sh']) {
    const text = read(`scripts/${script}`);
    expect(text).toContain('set -euo pipefail');
    expect(text).toContain('umask 077');
    expect(() =>
      execFileSync('bash', [join(root, 'scripts', script)], { stdio: 'pipe', env: { PATH: process.env['PATH'] } }),
    ).toThrow();
  }
  expect(read('scripts/restore.sh')).toContain('the database is not empty');
});
