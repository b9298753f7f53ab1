// What GitHub sends is read by ourselves: counted whatever its headers say, bytes as they are, and folders of many files quickly.
import { generateKeyPairSync } from 'node:crypto';
import { request } from '@octokit/request';
import { expect, test } from 'vitest';
import { openClient } from '../../src/github/client/client.ts';
import { readingAnswers } from '../../src/github/client/read-answer.ts';
import { readBytes } from '../../src/github/repository/branch.ts';
import { countingCosts } from '../../src/ports/costs.ts';

/** One answer of GitHub's, in pieces and without a length, as it sends its JSON. */
async function read(body: string | Uint8Array, contentType: string): Promise<{ data: unknown; bytes: number }> {
  const whole = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const pieces = [whole.subarray(0, 7), whole.subarray(7)];
  const fetch = async (): Promise<Response> =>
    new Response(streamOf(pieces), { headers: { 'content-type': contentType } });
  const call = readingAnswers(request as never);
  let bytes = 0;
  const asked = { method: 'GET', url: '/', baseUrl: 'https://api.github.example', headers: {}, request: { fetch } };
  const answer = await countingCosts(
    () => call(asked) as Promise<{ data: unknown }>,
    async ({ megabytes }) => (bytes = megabytes),
  );
  return { data: answer.data, bytes };
}

function streamOf(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

const cpu = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

test('a file comes as its bytes, whatever the header says of text', async () => {
  const file = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
  const { data, bytes } = await read(file, 'application/vnd.github.raw+json; charset=utf-8');
  expect(data).toEqual(file);
  expect((data as Uint8Array).buffer.byteLength).toBe(300);
  expect(bytes).toBe(300);
});

test('so it is with the app’s own connection, whose hooks Octokit puts others below', async () => {
  const answer = (body: string, type: string, status = 200): Response =>
    new Response(body, { status, headers: { 'content-type': type } });
  const wire = async (url: unknown): Promise<Response> =>
    String(url).endsWith('/access_tokens')
      ? answer('{"token":"t","expires_at":"2099-01-01T00:00:00Z","permissions":{}}', 'application/json', 201)
      : answer('a,b\n', 'application/vnd.github.raw+json; charset=utf-8');
  const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const credentials = { appId: 1, privateKey: String(privateKey.export({ type: 'pkcs1', format: 'pem' })) };
  const client = openClient({ ...credentials, apiUrl: 'https://api.github.example' }, undefined, wire as typeof fetch);
  const octokit = client.installation(1, { contents: 'read' });
  const bytes = await readBytes({ octokit, owner: 'o', repo: 'r' }, 'a'.repeat(40));
  expect(bytes).toEqual(new TextEncoder().encode('a,b\n'));
});

test('JSON is a value, what only says so is text, and all of it counts', async () => {
  expect(await read('{"a":[1,"é"]}', 'application/json; charset=utf-8')).toEqual({ data: { a: [1, 'é'] }, bytes: 14 });
  expect(await read('<html>not found', 'application/json')).toEqual({ data: '<html>not found', bytes: 15 });
  expect(await read('some text', 'text/html; charset=utf-8')).toEqual({ data: 'some text', bytes: 9 });
  expect(await read('', 'text/plain')).toEqual({ data: '', bytes: 0 });
});

test('a folder of sixty thousand files takes about as long as JSON does', async () => {
  const entry = (at: number): object => ({
    path: `src/${at}.py`,
    mode: '100644',
    type: 'blob',
    sha: 'a'.repeat(40),
    size: at,
  });
  const text = JSON.stringify({ tree: Array.from({ length: 60_000 }, (_, at) => entry(at)) });
  const ratios: number[] = [];
  for (let round = 0; round < 3; round++) {
    const plain = await cpu(() => JSON.parse(text));
    ratios.push((await cpu(() => read(text, 'application/json'))) / plain);
  }
  // With a look at each value it was twelve.
  expect(Math.min(...ratios)).toBeLessThan(6);
});
