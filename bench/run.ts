// All measurements, one after another, under a header that names the machine. `npm run bench -- [--full] [NAME…]`
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Arguments of each file's quick form and of the form whose figures are in docs/benchmarks.md. */
const forms: Record<string, { quick: string[]; full: string[] }> = {
  claim: { quick: ['100000'], full: ['1000000'] },
  hostile: { quick: ['4'], full: ['30'] },
  judge: { quick: ['100000'], full: [] },
  pipeline: { quick: ['3', '25'], full: ['5', '100'] },
  placement: { quick: ['2'], full: ['20'] },
  probe: { quick: ['200', '12', '50'], full: [] },
  reading: { quick: ['100000'], full: ['400000'] },
  reference: { quick: [], full: ['--search', '20'] },
  'queue-shapes': { quick: ['20000'], full: ['1000000'] },
  release: { quick: ['15'], full: ['--full'] },
  scale: { quick: ['30', '100'], full: ['100', '300', '1000'] },
  start: { quick: ['3'], full: ['9'] },
  slice: { quick: ['20'], full: ['--full'] },
  webhooks: { quick: ['5'], full: ['20', '200', '1000'] },
};
/** Not a measurement of its own: this file, and what measurements share. */
const others = [
  'run',
  'app-alone',
  'probe-target',
  'probot-alone',
  'end-once',
  'scale-class',
  'scale-course',
  'scale-goals',
  'scale-hot',
  'scale-merge',
  'watch-statements',
  'hostile-hour',
  'hostile-attacks',
  'slice-engine',
];

const folder = new URL('./', import.meta.url);
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !others.includes(name));

const given = process.argv.slice(2);
const full = given.includes('--full');
const wanted = given.filter((argument) => argument !== '--full');
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no measurement ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}

const processors = cpus();
console.log(`# Measurements${full ? '' : ', quick form'}

- ${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, load ${loadavg()[0]!.toFixed(1)}
- ${platform()} ${release()} ${arch()}, Node ${process.version}`);

const failed: string[] = [];
for (const name of wanted.length > 0 ? wanted : known) {
  const form = forms[name] ?? { quick: [], full: ['--full'] };
  const args = full ? form.full : form.quick;
  console.log(`\n## ${name}\n`);
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [new URL(`${name}.ts`, folder).pathname, ...args], {
    stdio: 'inherit',
  });
  if (status !== 0) failed.push(name);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `\n\`node ${[`bench/${name}.ts`, ...args].join(' ')}\`: ${status === 0 ? 'done' : 'FAILED'} in ${seconds} s`,
  );
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
