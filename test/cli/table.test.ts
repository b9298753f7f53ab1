// The list of commands is shown without loading them: it must say what they say of themselves.
import { Command, Help } from 'commander';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli.ts';
import type { Io } from '../../src/cli/options/command.ts';
import { portableCommands } from '../../src/cli/portable-commands.ts';
import { run } from './run-command.ts';

const silent: Io = {
  out: () => {},
  err: () => {},
  env: {},
  cwd: '.',
  now: () => new Date(0),
  progress: false,
  exit: () => {},
};

test.each(Object.entries(commands))('%s is listed as it is', async (name, { term, about, load }) => {
  const program = new Command('practicum');
  (await load())(program, silent);
  const [command] = program.commands;
  expect(command!.name()).toBe(name);
  expect(new Help().subcommandTerm(command!)).toBe(term);
  expect(command!.description()).toBe(about);
});

test('--help lists every command, and a misspelt one is answered with the one that was meant', async () => {
  const help = await run('--help');
  expect(help.code).toBe(0);
  for (const name of Object.keys(commands)) expect(help.out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  expect(await run('pipelin')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean pipeline?') });
  expect(await run('help', 'pipeline')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Usage: practicum pipeline'),
  });
  expect(Object.keys(portableCommands)).toContain('pipeline');
});
