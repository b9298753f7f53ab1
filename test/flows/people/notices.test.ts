// People hear of things where they are: one comment with a mention, and the staff's channel; each once.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staffChannel } from '../../../src/endpoint/staff-channel.ts';
import { reconcileJob } from '../../../src/flows/upkeep/reconcile.ts';
import { courseFiles, organisation, startApp, type App } from '../start-app.ts';

let app: App;
let chat: { server: Server; url: string; said: string[]; status: number };
const course = (notify: string): string => `${String(courseFiles()['course.yml'])}notify: ${notify}\n`;

beforeAll(async () => {
  const said: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (piece) => (body += piece))
      .on('end', () => {
        if (chat.status === 200) said.push((JSON.parse(body) as { text: string }).text);
        response.writeHead(chat.status).end('ok');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  chat = { server, said, status: 200, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/secret` };
  app = await startApp({
    students: ['ada', 'ben'],
    files: { 'course.yml': course('[release, deadline, incident]') },
    environment: { PRACTICUM_STAFF_WEBHOOK: chat.url, PRACTICUM_ALLOW_LOOPBACK: '1' },
  });
}, 180_000);
afterAll(async () => {
  await app.stop();
  chat.server.close();
});

const comments = async (repo: string): Promise<string[]> => {
  const { data } = await app
    .as('teacher')
    .request('GET /repos/{owner}/{repo}/issues/comments', { owner: organisation, repo });
  return data.map(({ body }) => body ?? '');
};
const rest = (what: string): Promise<void> => app.until(what, () => app.atRest());

test('a release is told once, with a mention, and a link to where it is', async () => {
  app.release();
  await rest('the release is out');
  const [told, ...more] = await comments('prices-ada');
  expect(more).toEqual([]);
  expect(told).toMatch(
    /@ada: `release-1` of Prices is here: \[it is on your default branch\]\(http:\S+\/prices-ada\/commit\/\w{40}\)/,
  );
  const [job] = (await app.shipments()).filter(({ shipment }) => shipment.owner === 'ada');
  await app.ports.store.enqueue([
    {
      key: 'again',
      name: 'notify-student',
      payload: { organisation, repository: 'prices-ada', occasion: 'release', subject: job!.shipment.id },
      dueAt: app.clock.now(),
    },
  ]);
  await rest('it was asked again');
  expect(await comments('prices-ada')).toHaveLength(1);
});

test('a deadline is told a day before, and whoever has more time is told a day before theirs', async () => {
  const at = app.clock.now();
  await app.ports.store.addGradeAct(organisation, {
    kind: 'extension',
    id: 'test/1',
    at,
    extension: { owner: 'ben', challenge: 'prices', by: 2 * 86_400_000, reason: 'ill', grantedBy: 'teacher' },
  } as never);
  app.clock.set(new Date('2027-03-28T23:59:30Z'));
  await rest('a day before the end');
  expect((await comments('prices-ada')).at(-1)).toMatch(/@ada: Prices ends on .*29 Mar 2027/);
  expect(await comments('prices-ben')).toHaveLength(1);
  app.clock.set(new Date('2027-03-30T23:59:30Z'));
  await rest('a day before the end of ben');
  expect((await comments('prices-ben')).at(-1)).toMatch(/@ben: Prices ends on .*31 Mar 2027/);
  expect(await comments('prices-ada')).toHaveLength(2);
});

test('a service that is down is told; one that is up again by then is not', async () => {
  const seen = { at: app.clock.now(), ok: false, code: 'health-status' };
  const endpoint = { owner: 'ada', url: 'https://x.example', last: seen };
  await app.ports.store.saveEndpoint(organisation, 'prices-ada', endpoint);
  const notice = (subject: string) => ({
    key: `incident/${subject}`,
    name: 'notify-student' as const,
    payload: { organisation, repository: 'prices-ada', occasion: 'incident' as const, subject },
    dueAt: app.clock.now(),
  });
  await app.ports.store.enqueue([notice('prices/2027-03-30T23:00:00.000Z')]);
  await rest('it is told');
  expect((await comments('prices-ada')).at(-1)).toMatch(
    /@ada: your service of Prices does not work since .*`health-status`/,
  );
  await app.ports.store.saveEndpoint(organisation, 'prices-ada', {
    ...endpoint,
    last: { ...seen, ok: true, code: 'ok' },
  });
  await app.ports.store.enqueue([notice('prices/2027-03-30T23:30:00.000Z')]);
  await rest('nothing is to tell');
  expect(await comments('prices-ada')).toHaveLength(3);
});

test('the staff’s channel hears once what began to be wrong, and once that it is over, without names', async () => {
  chat.said.length = 0;
  const look = async (): Promise<void> => {
    await app.ports.store.enqueue([reconcileJob(app.clock.now())]);
    await rest('it was looked');
  };
  const { pool } = app.database;
  await pool.query(
    `insert into job (key, name, payload, due_at, state) values ('x', 'reconcile', '{}', now(), 'parked')`,
  );
  chat.status = 500;
  await app.ports.store.enqueue([reconcileJob(app.clock.now())]);
  await app.until(
    'the channel refused',
    async () => {
      const { rows } = await pool.query(
        `select from job where key = 'reconcile' and last_error like '%staff-channel%'`,
      );
      return rows.length > 0;
    },
    false,
  );
  const { rows } = await pool.query<{ last_error: string }>(`select last_error from job where key = 'reconcile'`);
  expect(rows[0]!.last_error).not.toContain('secret');
  chat.status = 200;
  await look();
  await look();
  expect(chat.said).toEqual([
    'Practicum: 1 jobs failed permanently: the dashboard has each, with a button to try again',
  ]);
  await pool.query(`delete from job where key = 'x'`);
  await look();
  await look();
  expect(chat.said).toHaveLength(2);
  expect(chat.said[1]).toMatch(/^Practicum: over: 1 jobs failed permanently/);
  for (const text of chat.said) expect(text).not.toMatch(/\b(ada|ben)\b/);
});

test('a channel inside our network is refused, and Slack’s words for everybody are only words', async () => {
  await expect(staffChannel('http://127.0.0.1:9/x', { allowLoopback: false })('x')).rejects.toMatchObject({
    name: 'GuardError',
  });
  chat.said.length = 0;
  await staffChannel(chat.url, { allowLoopback: true })('<!channel> & all');
  expect(chat.said).toEqual(['&lt;!channel&gt; &amp; all']);
});

test('without the occasion in course.yml nobody is told', async () => {
  await app.database.pool.query(`update course set files = files || jsonb_build_object('course.yml', $1::text)`, [
    course('[]'),
  ]);
  const before = await comments('prices-ada');
  const [stored] = (await app.shipments()).filter(({ shipment }) => shipment.owner === 'ada');
  await app.ports.store.enqueue([
    {
      key: 'quiet',
      name: 'notify-student',
      payload: { organisation, repository: 'prices-ada', occasion: 'release', subject: `${stored!.shipment.id}x` },
      dueAt: app.clock.now(),
    },
  ]);
  await rest('nothing is to tell');
  expect(await comments('prices-ada')).toEqual(before);
});
