// The documents keep to the code: links, commands, settings and permissions that they name are there.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { refusals } from '@practicum/sandbox';
import { carrierKinds } from '../src/domain/carrier/carriers.ts';
import { driftKinds } from '../src/domain/drift/kinds.ts';
import { run } from './cli/run-command.ts';
import { projectFiles, root } from './project-files.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = projectFiles().filter((path) => path.endsWith('.md'));

/** A document without its code, in which nothing is a link. */
const prose = (text: string): string => text.replaceAll(/^( *)(```|~~~)[^]*?^\1\2/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** GitHub's own rule for the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

function anchorsIn(path: string): string[] {
  const text = readFileSync(path, 'utf8').replaceAll(/^( *)(```|~~~)[^]*?^\1\2/gm, '');
  return [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
}

describe('links', () => {
  test('there are documents', () => expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/design.md'])));

  test.each(documents)('%s leads nowhere that is not there', (document) => {
    const links = [...prose(read(document)).matchAll(/!?\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target!);
    const broken = links
      .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .filter((target) => {
        const [path = '', anchor] = decodeURIComponent(target).split('#');
        const file = path === '' ? join(root, document) : join(root, dirname(document), path);
        if (relative(root, file).startsWith('..') || !existsSync(file)) return true;
        return anchor !== undefined && statSync(file).isFile() && !anchorsIn(file).includes(anchor);
      });
    expect(broken).toEqual([]);
  });
});

/** Lines of a section, up to the next heading of the same level or above. */
function section(document: string, heading: string): string {
  const [, after = ''] = read(document).split(`\n## ${heading}\n`);
  return after.split(/\n## /)[0]!;
}

async function helpOf(...words: string[]): Promise<string> {
  return (await run(...words, '--help')).out;
}
const commandsIn = (help: string): string[] =>
  [...(help.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');

describe('the README', () => {
  test('has the two commands, each in a block of its own', () => {
    const blocks = [...read('README.md').matchAll(/^```sh\n([^]*?)^```/gm)].map(([, text]) => text!.trim());
    expect(blocks).toEqual(expect.arrayContaining(['npm ci && npm run demo', 'npm test']));
  });

  const rows = [...section('README.md', 'Commands').matchAll(/^\| `practicum ([^`]+)` \|/gm)].map(([, use]) => use!);

  test('its table has every command that there is, and no other', async () => {
    const named = new Set(rows.map((use) => use.split(' ')[0]!));
    expect([...named].toSorted()).toEqual(commandsIn(await helpOf()).toSorted());
  });

  test.each(rows)('practicum %s is how the command is used', async (use) => {
    const [command = '', second = ''] = use.replaceAll('\\|', '|').split(' ');
    const subcommands = /^[a-z|]+$/.test(second) ? second.split('|') : [];
    const help = await helpOf(command);
    expect(commandsIn(help)).toEqual(expect.arrayContaining(subcommands));
    const inner = subcommands.length === 1 ? await helpOf(command, subcommands[0]!) : help;
    for (const [option] of use.matchAll(/--[a-z-]+/g)) expect(inner).toContain(option);
  });

  test('the options of the demo are those that it has', async () => {
    const options = [...section('README.md', 'Try it').matchAll(/^\| `(--[a-z]+)/gm)].map(([, option]) => option!);
    const known = [...(await helpOf('demo')).matchAll(/^ {2}(--[a-z]+)/gm)].map(([, option]) => option!);
    expect(options.toSorted()).toEqual(known.toSorted());
  });

  test('its link asks for the permissions and events of app.yml', () => {
    const address = /https:\/\/github\.com\/organizations\/ORG\/settings\/apps\/new\S+/.exec(read('README.md'))![0];
    const { searchParams } = new URL(address);
    const manifest = parse(read('app.yml')) as {
      default_permissions: Record<string, string>;
      default_events: string[];
    };
    const wanted = Object.fromEntries([...searchParams].filter(([, value]) => value === 'read' || value === 'write'));
    expect(wanted).toEqual(manifest.default_permissions);
    expect(searchParams.getAll('events[]').toSorted()).toEqual(manifest.default_events.toSorted());
  });

  test('the scripts that documents name are in a package.json', () => {
    const packages = projectFiles().filter((path) => /^(packages\/\w+\/)?package\.json$/.test(path));
    const scripts = packages.flatMap((path) =>
      Object.keys((JSON.parse(read(path)) as { scripts?: object }).scripts ?? {}),
    );
    const ours = documents.filter((path) => !path.startsWith('templates/student') && !path.startsWith('docs/recipes'));
    const named = new Set(
      ours.flatMap((path) => [...read(path).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name]) => name!)),
    );
    expect([...named].filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  const documented = [...section('docs/operations.md', 'Settings').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    ([, name]) => name!,
  );
  const configured = [...read('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);

  test('has every setting, and no other', () => {
    expect(configured).toContain('APP_ID');
    expect(documented.toSorted()).toEqual(configured.toSorted());
  });

  test('has every table of the database', () => {
    const tables = projectFiles('src/postgres/migrations').flatMap((path) =>
      [...read(path).matchAll(/create table (?:if not exists )?([a-z_]+)/g)].map(([, name]) => name!),
    );
    expect(tables).toContain('shipment');
    const named = [...section('docs/operations.md', 'Database').matchAll(/`([a-z_]+)`/g)].map(([, name]) => name!);
    expect(tables.filter((table) => !named.includes(table))).toEqual([]);
  });
});

describe('docs/design.md', () => {
  test('answers where things are in one step more: a file, and in it the name that is given', () => {
    const [, after = ''] = read('docs/design.md').split('\n### Where is …?\n');
    const rows = after
      .split('\n### ')[0]!
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| question'));
    expect(rows.length).toBeGreaterThanOrEqual(11);
    for (const row of rows) {
      const links = [...row.matchAll(/\]\(\.\.\/([^)#]+)(?:#[^)]*)?\)(?: \(`(\w+)`\))?/g)];
      expect(links, row).not.toEqual([]);
      for (const [, path, name] of links) {
        expect(existsSync(join(root, path!)), path).toBe(true);
        if (name !== undefined) expect(read(path!)).toContain(name);
      }
    }
  });

  test('the pages of data name every kind of drift, and those of delivery every carrier', () => {
    for (const kind of driftKinds) expect(read('docs/datasets.md')).toContain(`\`${kind}\``);
    for (const kind of carrierKinds) expect(read('docs/challenge-yml.md')).toContain(kind);
  });

  test('names every flow', () => {
    const flows = projectFiles('src/flows').map((path) => path.split('/').at(-1)!);
    expect(flows).toContain('sync-challenge.ts');
    const text = read('docs/design.md');
    expect(
      flows.filter((file) => !text.includes(file)),
      'say in the table of arrows what it is for',
    ).toEqual([]);
  });

  test('names every folder of src and every file at its top', () => {
    const tops = new Set(projectFiles('src').map((path) => path.split('/')[1]!));
    const tree = section('docs/design.md', 'The tree');
    expect([...tops].filter((name) => !tree.includes(name))).toEqual([]);
  });
});

describe('docs/limits.md', () => {
  test('names every refusal of the sandbox that has no source', () => {
    const judged = Object.entries(refusals).flatMap(([name, { source }]) => (source === null ? [name] : []));
    expect(judged).toContain('actions-disabled');
    const text = read('docs/limits.md');
    expect(judged.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
