// practicum doctor --live against the sandbox: what it assumes is what the sandbox says, and nothing of it stays.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runWith } from '../cli/run-command.ts';
import { refusals, type RefusalName } from '@practicum/sandbox';
import { steps } from '../../src/domain/contact/assumptions.ts';
import { school, startContact, type ContactPlace } from './start-contact.ts';

let place: ContactPlace;
beforeAll(async () => {
  place = await startContact();
});
afterAll(() => place.stop());
afterEach(() => {
  place.sandbox.admin.allow({});
});

test('everything is as assumed, and removed', async () => {
  const { out, err, code } = await place.doctor('--invite', 'grace-h');
  expect(out).not.toContain('DIFFERS');
  expect(out).toContain(`${steps.length} as assumed, 0 differ, 0 not tried`);
  expect(code).toBe(0);
  expect(err).toContain(` 3/${steps.length} generate:`);
  expect(place.repositories()).toEqual(['student-template']);
  const text = readFileSync(join(place.dir, 'recording.json'), 'utf8');
  expect(text.match(/.{0,40}(?:greenfield|brown|grace|ghs_|127\.0\.0\.1|practicum-contact-).{0,20}/gi) ?? []).toEqual(
    [],
  );
});

/** The step whose calls each refusal strikes. Those that strike any call are met by the first. */
const stepOf = (name: RefusalName): string => {
  const { on } = refusals[name];
  if (!on?.path) return 'installation';
  const path = `${on.method ?? 'GET'} ${on.path}`;
  const step = Object.entries({
    'POST /app/installations/{installation_id}/access_tokens': 'installation',
    'GET /app/hook/deliveries': 'webhook',
    'POST /repos/{template_owner}/{template_repo}/generate': 'generate',
    'POST /orgs/{org}/repos': 'generate',
    'GET /repos/{owner}/{repo}/commits': 'generate',
    'GET /repos/{owner}/{repo}': 'generate',
    'PUT /repos/{owner}/{repo}/contents/{path*}': 'file',
    'POST /graphql': 'commit',
    'POST /repos/{owner}/{repo}/git/refs': 'pull',
    'POST /repos/{owner}/{repo}/pulls': 'pull',
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': 'pull',
    'PATCH /repos/{owner}/{repo}/git/refs/{ref*}': 'ruleset',
    'POST /repos/{owner}/{repo}/rulesets': 'ruleset',
    'PUT /repos/{owner}/{repo}/collaborators/{username}': 'invitation',
    'POST /repos/{owner}/{repo}/check-runs': 'checks',
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': 'checks',
    'POST /repos/{owner}/{repo}/issues': 'issue',
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': 'issue',
    'POST /repos/{owner}/{repo}/labels': 'issue',
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches': 'workflow',
    'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}': 'artifact',
    'PATCH /repos/{owner}/{repo}': 'renamed',
  }).find(([call]) => call === path)?.[1];
  return step ?? 'none';
};

/** Calls that the app never makes: protection and transfers are the teacher's, an invitation is accepted by a student. */
const notOurs: RefusalName[] = ['protection-free-plan', 'transfer-owner-invalid', 'invitation-expired'];
const names = (Object.keys(refusals) as RefusalName[]).filter((name) => !notOurs.includes(name));

/** Met where a refusal of that name is wanted anyway: as assumed, and named. */
const wanted: RefusalName[] = ['name-taken', 'empty-repository', 'head-modified', 'no-commits-between'];

test.each(wanted)('a GitHub that answers %s is as assumed, and it is named', async (name) => {
  place.sandbox.refuse(name, { times: 1 });
  const { out } = await place.doctor('--only', stepOf(name));
  expect(out).toMatch(new RegExp(`refused as it should:.* ${name}`));
});

test.each(names.filter((name) => !wanted.includes(name)))(
  'a GitHub that answers %s is named so, and nothing stays',
  async (name) => {
    place.sandbox.refuse(name, { times: 1 });
    const { out, code } = await place.doctor('--invite', 'grace-h', '--only', stepOf(name));
    expect(out).toContain('DIFFERS');
    expect(out).toContain(`${name}: ${refusals[name].when}`);
    expect(code).toBe(1);
    expect(place.repositories()).toEqual(['student-template']);
  },
);

test('calls that the app never makes are not tried', () => {
  expect(notOurs.map(stepOf)).toEqual(notOurs.map(() => 'none'));
});

test('what lasts longer than its patience is said, with where to delete by hand', async () => {
  const allow = place.sandbox.refuse('not-accessible', { match: { method: 'DELETE' } });
  const { out, code } = await place.doctor('--only', 'file');
  expect(out).toMatch(/removed: assumed 204 or 404 Not Found, seen 403 not-accessible/);
  expect(out).toMatch(/\/greenfield\/practicum-contact-\w+ may still be there: delete it by hand/);
  expect(code).toBe(1);
  allow();
  const left = place.repositories().filter((repo) => repo !== 'student-template');
  expect(left).toHaveLength(1);
  for (const name of left) {
    const { token } = place.sandbox.built.owner;
    const address = `${place.sandbox.url}/api/v3/repos/${school}/${name}`;
    await fetch(address, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  }
});

test('interrupted: the call in hand ends, everything is removed, the rest is not tried', async () => {
  const stop = place.sandbox.onExchange(({ route, method }) => {
    if (method === 'POST' && route?.endsWith('/generate')) process.emit('SIGINT');
  });
  const { out, err, code } = await place.doctor();
  stop();
  expect(err).toContain('interrupted: removing');
  expect(out).toMatch(/not tried +commit /);
  expect(out).toMatch(/as assumed +removed /);
  expect(code).toBe(1);
  expect(place.repositories()).toEqual(['student-template']);
});

test('asks before it begins, and knows its own words', async () => {
  const live = ['doctor', '--live', school];
  const { err, code } = await runWith(place.settings, ...live);
  expect(err).toContain('Add --yes to agree');
  expect(code).toBe(2);
  expect((await runWith(place.settings, ...live, '--yes', '--only', 'nonsense')).err).toContain('no step nonsense');
  expect((await runWith(place.settings, 'doctor', '--help')).out).toContain('--live <organisation>');
});

test('an organisation without the App: said, and nothing is tried', async () => {
  const { out, code } = await place.doctor('--live', 'elsewhere');
  expect(out).toMatch(/found: assumed 200, seen 404/);
  expect(out).toMatch(/not tried +generate +.*\n +the App is not installed here/);
  expect(code).toBe(1);
});
