// Many commands go through a helper; nothing about them may differ, and nothing may outlive the runner.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPipeline } from '../../src/runner/load-pipeline.ts';
import { openLauncher } from '../../src/runner/launcher.ts';
import { runCommand } from '../../src/runner/run-command.ts';
import { runPipeline } from '../../src/runner/run-pipeline.ts';
import { isAlive } from '../is-alive.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'practicum-launch-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const filler = Array.from(
  { length: 16 },
  (_, index) => `  f${index}: { run: echo ${index} > f${index}, outputs: { o: f${index} } }\n`,
).join('');
const write = (tasks: string) =>
  writeFileSync(join(root, 'pipeline.yml'), `version: 1\nname: x\nenv: { COLOUR: "a b" }\ntasks:\n${filler}${tasks}`);

test('exit codes, time limits, environment, logs and folders are as without it', async () => {
  write(`  fail: { run: "echo no >&2; exit 7" }
  slow: { run: sleep 60, timeout-minutes: 0.004 }
  env: { run: 'test "$COLOUR$OWN$PRACTICUM_TASK" = "a bmineenv"', env: { OWN: mine } }
  background: { run: "sleep 60 & echo $! > pid" }
`);
  const { graph } = loadPipeline({ folder: root })!;
  const result = await runPipeline(graph!, {
    root,
    file: 'pipeline.yml',
    env: process.env,
    now: () => new Date(),
    graceMs: 50,
  });
  const ends = Object.fromEntries(
    result.tasks
      .filter(({ name }) => !/^f\d/.test(name))
      .map(({ name, state, exit, tail }) => [name, [state, exit, tail]]),
  );
  expect(ends).toEqual({
    fail: ['failed', 7, 'no\n'],
    slow: ['timed out', null, undefined],
    env: ['succeeded', 0, undefined],
    background: ['succeeded', 0, undefined],
  });
  expect(result.tasks.filter(({ state }) => state === 'succeeded')).toHaveLength(18);
  await expect.poll(() => isAlive(Number(readFileSync(join(root, 'pid'), 'utf8')))).toBe(false);
});

test.each([
  ['many tasks, by the helper', filler],
  ['a few tasks, by itself', ''],
])('when the runner of %s is killed outright, its tasks end too', async (_what, others) => {
  writeFileSync(
    join(root, 'pipeline.yml'),
    `version: 1\nname: x\ntasks:\n${others}  long: { run: "sleep 0.5; sleep 60 & jobs -p > long; wait" }\n`,
  );
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const runner = spawn(process.execPath, [main, 'pipeline', 'run', '--jobs', '20'], { cwd: root, stdio: 'ignore' });
  const pid = (): number => (existsSync(join(root, 'long')) ? Number(readFileSync(join(root, 'long'), 'utf8')) : 0);
  await expect.poll(pid).toBeGreaterThan(0);
  const task = pid();
  expect(isAlive(task)).toBe(true);
  runner.kill('SIGKILL');
  await expect.poll(() => isAlive(task)).toBe(false);
});

const commands = [
  'foo; echo no',
  'false\necho no',
  'true | false | true',
  '[[ 1 == 2 ]]',
  `echo "a'b" $X "$A" "$#" \`pwd\``,
  'set +e; false; echo on',
  'trap "echo bye" EXIT; false',
  'exec echo replaced',
  'kill -TERM 0; sleep 1',
  'kill -KILL 0; sleep 1',
  'kill -ABRT 0; sleep 1',
  'read x; echo "got $x"',
  'echo err >&2; echo out',
  'f() { local y=2; echo $y; return 4; }; f',
  'sleep 60 & echo left',
  'echo $-; set -o; shopt',
  'env | grep -v "^_=" | sort',
  'ls /proc/self/fd 2>/dev/null | wc -l',
  'printf "%s" "$IFS" | od -c; umask; ulimit -n',
  'echo $$; kill %1',
  'set -u; echo $nope',
  'yes | head -1',
  'x=$(false); echo no',
  'echo $(false); echo yes',
  'wait; jobs; echo a{1,2} *',
  'exec 3>f; echo x >&3; cat f',
  `echo "ü1 it's\\\\7 日本2" '\\3' "$X"`,
];

test.each(['C', 'C.UTF-8'])('with %s, commands do the same in a copy of one shell as in their own', async (locale) => {
  const env = { PATH: process.env['PATH'], A: 'b  c', LC_ALL: locale };
  const launcher = openLauncher(env)!;
  const log = join(root, 'log');
  mkdirSync(join(root, 'at'));
  const run = async (command: string, helper?: typeof launcher): Promise<unknown[]> => {
    writeFileSync(log, '');
    const more = { X: "it's ü7", GONE: undefined };
    const settings = { folder: join(root, 'at'), env, more, log, ...(helper ? { launcher: helper } : {}) };
    const { exit, signal, reason } = await runCommand(command, settings);
    return [exit, signal, reason, readFileSync(log, 'utf8').replaceAll(/\b\d{3,}\b/g, 'N')];
  };
  for (const command of commands)
    expect([command, ...(await run(command, launcher))]).toEqual([command, ...(await run(command))]);
  launcher.close();
});
