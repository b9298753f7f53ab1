// Whose a service is: spellings of one address, what /metadata says, and what counts while two claim it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  identityOf,
  readIdentity,
  serviceAddress,
  settleContested,
} from '../../../src/domain/endpoint/service-identity.ts';
import type { ProbeEvidence } from '../../../src/domain/evidence/evidence.ts';

describe('one form for all spellings of an address', () => {
  test.each([
    ['https://Ada.Example.org', 'https://ada.example.org./'],
    ['https://ada.example.org', 'https://ada.example.org:443/'],
    ['https://ada.example.org', 'http://ada.example.org'],
    ['https://ada.example.org/api', 'https://ada.example.org//api/./'],
    ['https://ada.example.org/api', 'https://ada.example.org/x/../%61pi'],
    ['https://ada.example.org/api', 'https://ada.example.org/x/%2e%2e/%2561pi/'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['http://8.8.4.4', 'http://0x08080404'],
    ['http://8.8.4.4', 'http://8.8.1028'],
    ['http://8.8.4.4', 'http://134743044'],
    ['http://8.8.4.4', 'http://[::ffff:8.8.4.4]'],
    ['http://8.8.4.4', 'http://8-8-4-4.sslip.io'],
    ['http://8.8.4.4:8000', 'http://ada.8.8.4.4.nip.io:8000'],
    ['http://127.0.0.1:8000', 'http://localhost:8000'],
    ['http://127.0.0.1:8000', 'http://[::1]:8000/'],
  ])('%s is %s', (one, other) => expect(serviceAddress(other)).toBe(serviceAddress(one)));

  test.each([
    ['https://lab.example.org/ada', 'https://lab.example.org/bob'],
    ['https://lab.example.org:8000', 'https://lab.example.org:8080'],
    ['https://ada.example.org', 'https://bob.example.org'],
    ['https://lab.example.org/ada', 'https://lab.example.org/ADA'],
  ])('%s is not %s', (one, other) => expect(serviceAddress(other)).not.toBe(serviceAddress(one)));

  test('whatever is registered: an address or nothing, and the same again', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: false }), (url) => {
        const address = serviceAddress(url);
        expect(address === undefined || serviceAddress(`http://${address}`) === address).toBe(true);
      }),
    );
  });
});

test('only an answer with the nonce names a repository', () => {
  const said = (value: unknown): string | undefined => readIdentity(JSON.stringify(value), 'abc');
  expect(said({ nonce: 'abc', repository: 'mlops/heat-ada' })).toBe('mlops/heat-ada');
  for (const other of [
    { nonce: 'old', repository: 'mlops/heat-ada' },
    { repository: 'mlops/heat-ada' },
    { nonce: 'abc' },
    null,
    [],
    'abc',
  ])
    expect(said(other)).toBeUndefined();
  for (const repository of ['heat', 'a/b/c', 'a/\u0000', 7, { toString: 1 }, 'x'.repeat(200)])
    expect(said({ nonce: 'abc', repository })).toBeUndefined();
  expect(readIdentity('{', 'abc')).toBeUndefined();
});

test('what follows from what it says and who else registered it', () => {
  const rival = (proven: boolean) => [{ owner: 'mal', repository: 'mlops/heat-mal', proven }];
  expect(identityOf({ proven: true }, rival(false))).toBe('proven');
  expect(identityOf({ proven: false }, rival(false))).toBe('shared');
  expect(identityOf({ proven: false }, rival(true))).toBe('taken');
  expect(identityOf({ proven: true }, rival(true))).toBe('shared');
  expect(identityOf({ proven: false, says: 'mlops/heat-ada' }, [])).toBe('another');
  expect(identityOf({ proven: false }, [])).toBe('unproven');
});

const probe = (hour: number, more: Partial<ProbeEvidence> = {}): ProbeEvidence => ({
  kind: 'probe',
  id: `probe/${hour}`,
  challenge: 'heat',
  owner: 'ada',
  repository: 'mlops/heat-ada',
  at: new Date(Date.UTC(2027, 0, 11, hour)),
  trust: 'measured',
  ok: true,
  code: 'ok',
  cause: 'student',
  quality: { metric: 'accuracy', value: 1, rows: 10 },
  ...more,
});
const noon = new Date('2027-01-11T23:00:00Z');

test('contested time counts for whoever proves it later, as it was measured, and as a failure for the other', () => {
  const contested = [probe(1, { identity: 'contested' }), probe(2, { identity: 'contested', ok: false, code: 'slow' })];
  expect(settleContested([...contested, probe(3, { identity: 'proven' })], noon)).toEqual([
    ...contested,
    probe(3, { identity: 'proven' }),
  ]);
  const refused = settleContested([probe(0, { identity: 'proven' }), ...contested, probe(4)], noon) as ProbeEvidence[];
  expect(refused.map(({ code }) => code)).toEqual(['ok', 'endpoint-shared', 'endpoint-shared', 'ok']);
  expect(refused[1]!.quality).toBeUndefined();
  // What is proven after the moment that is asked about was not known then.
  const early = settleContested([...contested, probe(22, { identity: 'proven' })], new Date('2027-01-11T10:00:00Z'));
  expect((early[0] as ProbeEvidence).ok).toBe(false);
});
