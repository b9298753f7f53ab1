// A service with PREDICT_JWT_SECRET: strangers get 401, the app's own signature and a token pass. Usage:
// probe-locked.ts --key prints what the service needs as PREDICT_PROBE_KEY; probe-locked.ts URL EXAMPLE.json TOKEN asks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { probeKey, publicProbeKey, SIGNATURE_HEADER, signRequest } from '../src/endpoint/sign-request.ts';

const key = probeKey('the webhook secret of a test');
const [address, examplePath, token] = process.argv.slice(2);
if (address === '--key') console.log(publicProbeKey(key));
else {
  assert(address && examplePath && token, 'usage: probe-locked.ts URL EXAMPLE.json TOKEN');
  const body = readFileSync(examplePath, 'utf8');
  const url = `${address}/predict`;
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })).status;
  const signed = (at: Date): Record<string, string> => ({
    [SIGNATURE_HEADER]: signRequest(key, { method: 'POST', url, body, at }),
  });
  assert.equal(await ask({}), 401);
  assert.equal(await ask({ authorization: 'Bearer no.token.this' }), 401);
  assert.equal(await ask(signed(new Date(Date.now() - 3_600_000))), 401);
  assert.equal(await ask(signed(new Date())), 200);
  assert.equal(await ask({ authorization: `Bearer ${token}` }), 200);
  for (const open of ['/health', '/metadata', '/metrics'])
    assert.equal((await fetch(`${address}${open}`)).status, 200, open);
  console.log('locked service: strangers 401, the signature of the app and a token 200, the rest open');
}
