// practicum doctor --live: the first contact with a real GitHub, in a scratch repository of the course's organisation.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { nameRefusal, refusals, type RefusalName } from '@practicum/sandbox';
import type { Config } from '../../config.ts';
import { anonymise } from '../../domain/contact/anonymise.ts';
import { assumptions, steps, type Step } from '../../domain/contact/assumptions.ts';
import type { StepResult } from '../../domain/contact/compare.ts';
import { showStep, sumUp } from '../../domain/contact/show-contact.ts';
import { openContact, type Contact } from '../../github/contact/open-contact.ts';
import { playContact } from '../../github/contact/play-contact.ts';
import type { Io } from '../options/command.ts';
import { readSettings } from '../options/read-settings.ts';

export type LiveOptions = {
  live: string;
  template: string;
  invite?: string;
  record: string;
  only?: string[];
  yes?: boolean;
  json?: boolean;
};

/** What is told of the whole, besides the results. */
type Report = {
  ok: boolean;
  organisation: string;
  repository: string;
  removed: boolean;
  recording: string;
  steps: StepResult<Step>[];
};

export async function liveContact(io: Io, options: LiveOptions): Promise<void> {
  const wrong = wrongUse(options);
  if (wrong !== undefined) {
    io.err(`practicum doctor --live: ${wrong}\n`);
    return io.exit(2);
  }
  const config = readSettings(io);
  const repo = `practicum-contact-${randomBytes(4).toString('hex')}`;
  const place = `${config.webUrl}/${options.live}/${repo}`;
  if (!options.yes && !(await consents(io, options, place))) return io.exit(2);
  const contact = openContact({
    ...config,
    owner: options.live,
    repo,
    template: options.template,
    invite: options.invite,
    nameRefusal,
    waiting: (seconds) => io.err(`   waiting ${Math.ceil(seconds)} s …\n`),
  });
  const results = await interruptibly(io, place, (signal) => play(io, options, contact, signal));
  const recording = resolve(io.cwd, options.record);
  await writeFile(recording, `${JSON.stringify(record(contact, config, options, results, io.now()), undefined, 1)}\n`);
  tell(io, options, {
    ok: results.every(({ state }) => state !== 'differs') && !results.some((result) => isUnchosen(result)),
    organisation: options.live,
    repository: place,
    removed: results.every(({ step, state }) => step !== 'removed' || state === 'as-assumed'),
    recording,
    steps: results,
  });
}

function wrongUse({ live, template, only }: LiveOptions): string | undefined {
  if (!/^[\w-]+$/.test(live)) return `${live} is no name of an organisation`;
  if (!/^[\w.-]+(?:\/[\w.-]+)?$/.test(template)) return `${template} is no name of a repository`;
  const strange = (only ?? []).filter((step) => !steps.some((known) => known === step));
  return strange.length > 0 ? `there is no step ${strange.join(', ')}; there are ${steps.join(', ')}` : undefined;
}

const isUnchosen = (stepResult: StepResult): boolean => stepResult.state === 'not-tried' && !stepResult.chosen;

async function consents({ err }: Io, { live, template, invite }: LiveOptions, place: string): Promise<boolean> {
  err(`This makes the private repository ${place}
from the template ${template}, tries in it what the app depends on (commits, a pull request, check runs, issues, a
workflow of two short jobs, ${invite === undefined ? 'no invitation' : `an invitation to ${invite}`}), and deletes it. It takes some two minutes and about 100 calls.
Nothing else in ${live} is touched.
`);
  if (!process.stdin.isTTY) {
    err('Add --yes to agree.\n');
    return false;
  }
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await ask.question(`Type ${live} to go on: `);
  ask.close();
  if (typed.trim().toLowerCase() === live.toLowerCase()) return true;
  err('Nothing was done.\n');
  return false;
}

async function play(io: Io, { only, json }: LiveOptions, contact: Contact, signal: AbortSignal) {
  let count = 0;
  const begin = (step: Step): void => {
    count += 1;
    contact.recorder.step = step;
    if (!io.progress && json) return;
    io.err(`${String(count).padStart(2)}/${only ? '?' : steps.length} ${step}: ${assumptions[step].title} …\n`);
  };
  return playContact(contact.scene, {
    signal,
    begin,
    end: () => undefined,
    ...(only ? { only: only as Step[] } : {}),
  });
}

/** The first signal ends the call in hand and removes everything; the second one ends the process. */
async function interruptibly<T>(io: Io, place: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (): void => {
    for (const signal of signals) process.off(signal, stop);
    io.err(`\ninterrupted: removing ${place}. Once more, and it stays there: delete it by hand then.\n`);
    abort.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(abort.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

function record(
  contact: Contact,
  { apiUrl, webUrl, appId }: Config,
  options: LiveOptions,
  results: readonly StepResult<Step>[],
  now: Date,
) {
  const { owner, repo, template, known } = contact.scene;
  const isGitHub = new URL(apiUrl).host === 'api.github.com';
  const names = new Map<string, string>([
    ...(isGitHub
      ? []
      : [[new URL(apiUrl).host, 'github.test'] as const, [new URL(webUrl).host, 'github.test'] as const]),
    [owner, 'school'],
    [repo, 'scratch'],
    [template.repo, 'student-template'],
    ...(template.owner === owner ? [] : [[template.owner, 'templates'] as const]),
    ...(options.invite === undefined ? [] : [[options.invite, 'invited'] as const]),
    ...(known.appSlug === undefined ? [] : [[known.appSlug, 'practicum'] as const]),
  ]);
  const api = isGitHub ? apiUrl : apiUrl.replace(new URL(apiUrl).host, 'github.test');
  const exchanges = anonymise(contact.recorder.exchanges, names);
  return { version: 1, api, recorded: now.toISOString(), appId, steps: results, exchanges };
}

function tell(io: Io, { json }: LiveOptions, report: Report): void {
  if (json) io.out(`${JSON.stringify(report, undefined, 2)}\n`);
  else {
    const explain = (name: string): string => refusals[name as RefusalName]?.when ?? '';
    for (const step of report.steps) io.out(`${showStep(step, explain).join('\n')}\n`);
    io.out(`\n${sumUp(report.steps)}. Recording, without names and tokens: ${report.recording}\n`);
    if (!report.removed) io.out(`${report.repository} may still be there: delete it by hand, under Settings.\n`);
  }
  io.exit(report.ok ? 0 : 1);
}
