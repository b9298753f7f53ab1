// A recording of the first contact is test data: given back by nock, the same steps see the same facts.
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameRefusal } from '@practicum/sandbox';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Recorded } from '../../src/domain/contact/anonymise.ts';
import type { Step } from '../../src/domain/contact/assumptions.ts';
import type { StepResult } from '../../src/domain/contact/compare.ts';
import { openContact } from '../../src/github/contact/open-contact.ts';
import { playContact } from '../../src/github/contact/play-contact.ts';
import { startContact, type ContactPlace } from './start-contact.ts';

type Recording = { version: 1; api: string; appId: number; steps: StepResult<Step>[]; exchanges: Recorded[] };

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const cases = join(import.meta.dirname, '../cases/contact');

let place: ContactPlace;
let said: StepResult<Step>[];
let fresh: Recording;
beforeAll(async () => {
  place = await startContact();
  said = (JSON.parse((await place.doctor('--json', '--invite', 'grace-h')).out) as { steps: StepResult<Step>[] }).steps;
  fresh = JSON.parse(readFileSync(join(place.dir, 'recording.json'), 'utf8')) as Recording;
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
});
afterEach(() => nock.cleanAll());
afterAll(async () => {
  nock.enableNetConnect();
  nock.restore();
  await place.stop();
});

async function replay({ api, appId, exchanges }: Recording): Promise<StepResult<Step>[]> {
  for (const { method, url, request, status, headers, response } of exchanges) {
    const { origin, pathname, search } = new URL(url);
    const bytes = (response as { base64?: string } | null)?.base64;
    const body = bytes === undefined ? (response as nock.Body) : Buffer.from(bytes, 'base64');
    nock(origin)
      .intercept(`${pathname}${search}`, method, request as nock.RequestBodyMatcher | undefined)
      .reply(status, body, headers);
  }
  const contact = openContact({
    appId,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    apiUrl: api,
    pace: 10_000,
    owner: 'school',
    repo: 'scratch',
    template: 'student-template',
    invite: exchanges.some(({ step }) => step === 'invitation') ? 'invited' : undefined,
    nameRefusal,
    waiting: () => undefined,
  });
  return playContact(contact.scene, {
    signal: new AbortController().signal,
    begin: () => undefined,
    end: () => undefined,
  });
}

/** How long it took is of the day. */
const timeless = (results: readonly StepResult<Step>[]): unknown =>
  results.map((result) => ({ ...result, facts: 'facts' in result ? { ...result.facts, secondsEmpty: 0 } : {} }));

test('the recording that was just made, and each that is kept, gives the facts that were seen', async () => {
  const kept = readdirSync(cases).filter((name) => name.endsWith('.json'));
  const recordings = kept.map((file) => JSON.parse(readFileSync(join(cases, file), 'utf8')) as Recording);
  for (const recording of [fresh, ...recordings]) {
    expect(timeless(await replay(recording))).toEqual(timeless(recording.steps));
    expect(nock.pendingMocks()).toEqual([]);
  }
  expect(fresh.steps).toEqual(said);
});

test('an answer that changed is named in the step that it belongs to', async () => {
  const exchanges = fresh.exchanges.map((exchange) =>
    exchange.step === 'ruleset' && exchange.method === 'POST' && exchange.path.endsWith('/rulesets')
      ? {
          ...exchange,
          status: 403,
          response: { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' },
        }
      : exchange,
  );
  const differing = (await replay({ ...fresh, exchanges })).filter(({ state }) => state !== 'as-assumed');
  expect(differing).toMatchObject([
    { step: 'ruleset', differences: [{ fact: 'ruleset', assumed: '201', seen: '403 ruleset-free-plan' }] },
  ]);
});
