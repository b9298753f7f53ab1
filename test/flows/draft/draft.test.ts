// A challenge written in the browser: what its preview says, the pull request that it becomes, and what is refused.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readForm } from '../../../src/domain/draft/form-text.ts';
import { startServer } from '../../../src/web/server.ts';
import { courseFiles, organisation, startApp, type App } from '../start-app.ts';
import { openBrowser, openPages } from '../people/browser.ts';

let app: App;
let fetchPage: ReturnType<typeof openPages>;
type Browser = ReturnType<typeof openBrowser>;
let teacher: Browser;

beforeAll(async () => {
  const own = String(courseFiles({ releases: 2 })['challenges/prices/challenge.yml']);
  const challenge = own.replace('name: prices\n', 'name: prices # as in the lecture\n');
  app = await startApp({
    students: ['ada', 'ben'],
    releases: 2,
    files: { 'challenges/prices/challenge.yml': challenge },
  });
  fetchPage = openPages(app);
  teacher = openBrowser(fetchPage);
  await teacher.signIn('teacher');
}, 180_000);
afterAll(() => app.stop());

const root = `/${organisation}/challenges`;
const edit = `${root}/prices/edit`;
const text = async (answer: Response | Promise<Response>): Promise<string> => (await answer).text();

/** What the page would send, as a browser reads it. */
async function formOf(page: string): Promise<Record<string, string>> {
  const plain = (escaped: string): string =>
    escaped
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  const inputs = [...page.matchAll(/<input\s[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"/g)];
  const [, written = ''] = /<textarea[^>]*>\n?([^]*?)<\/textarea/.exec(page) ?? [];
  return { ...Object.fromEntries(inputs.map(([, name, value]) => [name!, plain(value!)])), text: plain(written) };
}
const send = (path: string, form: Record<string, string>, browser = teacher): Promise<Response> =>
  browser.ask(path, { method: 'POST', body: new URLSearchParams(form) });
const pulls = async () =>
  (await app.as('teacher').rest.pulls.list({ owner: organisation, repo: 'course', state: 'all' })).data;

test('only the staff comes in, and only from our own pages', async () => {
  const ada = openBrowser(fetchPage);
  await ada.signIn('ada');
  for (const path of [edit, `${root}/new`]) {
    expect((await ada.ask(path)).status).toBe(403);
    expect((await send(path, { text: 'version: 1' }, ada)).status).toBe(403);
    expect((await openBrowser(fetchPage).ask(path)).status).toBe(403);
  }
  expect((await teacher.ask(`${root}/riddles/edit`)).status).toBe(404);
  const foreign = {
    method: 'POST',
    headers: { origin: 'https://evil.example', cookie: [...teacher.jar].map((one) => one.join('=')).join('; ') },
    body: new URLSearchParams({ do: 'save' }),
  };
  expect((await fetchPage(new Request(`https://practicum.example${edit}`, foreign))).status).toBe(403);
});

test('the preview is the plan: calendar, rows, what a student gets, drift and points', async () => {
  const page = await text(teacher.ask(edit));
  const form = await formOf(page);
  expect(form).toMatchObject({ 'f.name': 'prices', 'f.releases.count': '2' });
  expect(page).toContain('0 new, 0 changed, 0 cancelled shipments');
  const more = await text(
    send(edit, {
      ...form,
      'f.releases.count': '3',
      'f.dataset.order': 'Date',
      'f.score.data': '25',
      'f.releases.drift.0.kind': 'covariate',
      'f.releases.drift.0.from': 'release-2',
      'f.releases.drift.0.column': 'Price',
      'f.releases.drift.0.shift': '100',
    }),
  );
  expect(more).toMatch(/2 new, [24] changed, 0 cancelled shipments/);
  expect(more).toMatch(/<th scope="col">first Date<\/th>/);
  expect(more).toMatch(/release-3<\/th>[^]*?2027-01-08<\/td>/);
  expect(more).toContain('Drift: covariate of Price');
  expect(more).toMatch(/3\.5 to [\d.]+: \d+% becomes/);
  expect(more).toContain('What it says: Data: prices, release-1 (3 rows)');
  expect(more).toContain('Calendar of the challenge');
  expect(more).toMatch(/>data<\/th>\s*<td class="num">25/);
  const after = await formOf(more);
  expect(after['text']).toContain('name: prices # as in the lecture');
  expect(after['text']).toContain('count: 3');
  expect(readForm(after['text']!)).toMatchObject({ 'releases.drift.0.shift': '100' });
});

test('what is wrong stands at its field and its line, and the plan waits', async () => {
  const form = await formOf(await text(teacher.ask(edit)));
  const page = await text(send(edit, { ...form, 'f.dataset.target': 'Prise' }));
  expect(page).toMatch(/id="f-dataset\.target"[^>]*aria-invalid="true"/);
  expect(page).toMatch(/id="f-dataset\.target-wrong">[^<]*Prise/);
  expect(page).toMatch(/href="#f-dataset\.target"><code>challenges\/prices\/challenge\.yml:6:\d+/);
  expect(page).toContain('The plan is shown when the problems are fixed');
  const broken = await text(send(edit, { ...form, text: 'name: [' }));
  expect(broken).toContain('yaml-syntax');
  const hostile = await text(send(edit, { ...form, 'f.title': '"><script>alert(1)</script>' }));
  expect(hostile).not.toContain('<script>alert');
  expect((await send(edit, { ...form, do: 'save', 'f.dataset.target': 'Prise' })).status).toBe(422);
  expect(await pulls()).toHaveLength(0);
});

test('saving opens one pull request in the person’s name, with the check of the plan on it', async () => {
  const form = await formOf(await text(teacher.ask(edit)));
  const wanted = { ...form, do: 'save', 'f.title': 'Prices of 2027' };
  const said = await text(send(edit, wanted));
  expect(said).toContain('A pull request was opened');
  expect(await text(send(edit, wanted))).toContain('There is a pull request with just this');
  const all = await pulls();
  expect(all).toHaveLength(1);
  expect(all[0]).toMatchObject({ title: 'Change the challenge prices', base: { ref: 'main' } });
  expect(all[0]!.body).toContain('@teacher wrote this on the dashboard');
  const { ref, sha } = all[0]!.head;
  expect(app.git('course', 'log', '-1', '--format=%B', ref)).toMatch(/Co-authored-by: teacher <\d+\+teacher@/);
  expect(app.git('course', 'diff', '--stat', 'HEAD', ref)).toContain('1 file changed, 1 insertion(+), 1 deletion(-)');
  // The webhook of the pull request asks for the check as for any other.
  const { previewChallenge } = await import('../../../src/flows/plan/preview-challenge.ts');
  await previewChallenge(app.ports, { organisation, repository: 'course', commit: sha });
  const checks = await app.as('teacher').rest.checks.listForRef({ owner: organisation, repo: 'course', ref: sha });
  expect(checks.data.check_runs.map(({ name, conclusion }) => [name, conclusion])).toEqual([['plan', 'success']]);
  expect(await text(teacher.ask(`/${organisation}/acts`))).toContain('propose challenge');
  // Nothing changed is nothing to propose; what was closed may be proposed again.
  expect((await send(edit, { ...form, do: 'save' })).status).toBe(422);
  await app
    .as('teacher')
    .rest.pulls.update({ owner: organisation, repo: 'course', pull_number: all[0]!.number, state: 'closed' });
  expect(await text(send(edit, wanted))).toContain('A pull request was opened');
  expect(await pulls()).toHaveLength(2);
});

test('what was left half done is taken up, and two at once are one', async () => {
  const form = await formOf(await text(teacher.ask(edit)));
  const wanted = { ...form, do: 'save', 'f.title': 'Prices, twice' };
  const before = (await pulls()).length;
  const said = await Promise.all([1, 2, 3].map(() => text(send(edit, wanted))));
  expect(said.filter((page) => page.includes('A pull request was opened'))).toHaveLength(1);
  expect(said.filter((page) => page.includes('There is a pull request with just this'))).toHaveLength(2);
  expect(await pulls()).toHaveLength(before + 1);
  // A process that was killed after it had made the branch.
  const record = (await app.ports.store.course(organisation))!;
  const { proposals } = app.ports.github(record);
  const [base, old] = app.git('course', 'log', '-2', '--format=%H').trim().split('\n');
  await app
    .as('teacher')
    .rest.git.createRef({ owner: organisation, repo: 'course', ref: 'refs/heads/practicum/left', sha: old ?? base! });
  const revision = {
    title: 'T',
    body: 'B',
    message: 'M',
    branch: 'practicum/left',
    base: { branch: 'main', oid: base! },
  };
  const files = [{ path: 'course.yml', contents: Buffer.from('version: 1\n') }];
  expect(await proposals.revise('course', { ...revision, files })).toMatchObject({ known: false });
  expect(await proposals.revise('course', { ...revision, files })).toMatchObject({ known: true });
  expect(app.git('course', 'log', '--format=%s', 'main..practicum/left').trim()).toBe('M');
  expect(app.git('course', 'diff', '--name-only', 'main', 'practicum/left').trim()).toBe('course.yml');
});

test('a text that changed meanwhile is not overwritten, and nothing typed is lost', async () => {
  const form = await formOf(await text(teacher.ask(edit)));
  const file = { owner: organisation, repo: 'course', path: 'challenges/prices/challenge.yml' };
  const { data } = await app.as('teacher').rest.repos.getContent(file);
  const { content, sha } = data as { content: string; sha: string };
  const changed = Buffer.from(content, 'base64').toString().replace('title: Prices', 'title: Costs');
  await app.as('teacher').rest.repos.createOrUpdateFileContents({
    ...file,
    message: 'Rename',
    sha,
    content: Buffer.from(changed).toString('base64'),
  });
  const before = (await pulls()).length;
  const answer = await send(edit, { ...form, do: 'save', 'f.title': 'Mine' });
  expect(answer.status).toBe(409);
  const page = await text(answer);
  expect(page).toContain('was changed by somebody since you opened it');
  expect((await formOf(page))['text']).toContain('title: Mine');
  expect(await pulls()).toHaveLength(before);
});

test('of an upload that is no CSV as it is read, the copy that is goes with the challenge', async () => {
  const rows = Array.from(
    { length: 60 },
    (_, row) => `${row + 1}.5   ${(row * 7) % 60}  ${row % 2 ? 'rain' : 'sun'}\n`,
  );
  const body = new FormData();
  body.set('file', new File(rows, 'sky.data'));
  const kept = await teacher.ask(`${root}/new/upload`, { method: 'POST', body });
  const page = await text(teacher.ask(kept.headers.get('location')!));
  const form = await formOf(page);
  expect(form).toMatchObject({ 'f.dataset.source': 'data/sky.csv', 'f.dataset.target': 'column_3' });
  expect(page).toContain('fields were divided by blanks');
  expect(page).toContain('What merging it means');
  const said = await text(send(`${root}/new`, { ...form, do: 'save', 'f.name': 'blanks' }));
  expect(said).toContain('A pull request was opened');
  const [made] = await pulls();
  const sent = app.git('course', 'show', `${made!.head.ref}:data/sky.csv`);
  expect(sent.slice(0, 60)).toContain('column_1,column_2,column_3\n1.5,0,sun\n');
});

test('an uploaded file is proposed as `practicum new` would, and goes with the challenge', async () => {
  const rows = Array.from(
    { length: 60 },
    (_, row) => `${row + 1},2026-${String((row % 12) + 1).padStart(2, '0')}-01,${row % 2 ? 'rain' : 'sun'},${row / 2}`,
  );
  const csv = `id,day,sky,heat\n${rows.join('\n')}\n`;
  const upload = (name: string, bytes: BlobPart): Promise<Response> => {
    const body = new FormData();
    body.set('file', new File([bytes], name));
    return teacher.ask(`${root}/new/upload`, { method: 'POST', body });
  };
  const kept = await upload('../../Sky & heat.csv', csv);
  expect(kept.status).toBe(303);
  const address = kept.headers.get('location')!;
  const page = await text(teacher.ask(address));
  const form = await formOf(page);
  expect(form).toMatchObject({
    'f.name': 'sky-heat',
    'f.dataset.source': 'data/Sky-heat.csv',
    'f.dataset.target': 'heat',
  });
  expect(page).toContain('fields are divided by commas');
  expect(page).toContain('What merging it means');
  // What students begin with is made for the target that was chosen.
  const said = await text(send(`${root}/new`, { ...form, do: 'save', 'f.name': 'sky', 'f.dataset.target': 'sky' }));
  expect(said).toContain('A pull request was opened');
  const [made] = await pulls();
  const ref = made!.head.ref;
  const names = app.git('course', 'diff', '--name-only', 'HEAD', ref).trim().split('\n');
  expect(names).toContain('challenges/sky/challenge.yml');
  expect(names).toContain('challenges/sky/schema.yml');
  expect(app.git('course', 'show', `${ref}:challenges/sky/student/params.yaml`)).toMatch(/^target: sky$/m);
  expect(app.git('course', 'show', `${ref}:data/Sky-heat.csv`)).toBe(csv);
  expect(names.filter((name) => !name.startsWith('challenges/sky/'))).toEqual(['data/Sky-heat.csv']);
  // Through the server itself, with its own limits: more than a form may have, and never in memory as a whole.
  const server = await startServer({
    secret: 'x',
    host: '127.0.0.1',
    port: 0,
    accept: async () => undefined,
    pages: fetchPage,
  });
  const cookie = [...teacher.jar].map((one) => one.join('=')).join('; ');
  const through = async (path: string, bytes: number): Promise<number> => {
    const body = new FormData();
    body.set('file', new File(['a,b\n'.repeat(bytes / 4)], 'large.csv'));
    const address = `http://127.0.0.1:${server.port}`;
    const answer = await fetch(`${address}${path}`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { cookie, origin: address },
    });
    return answer.status;
  };
  expect(await through(`${root}/new/upload`, 6_000_000)).toBe(303);
  expect(await through(`${root}/new/upload`, 20_000_000)).toBe(413);
  expect(await through(`${root}/new`, 2_000_000)).toBe(413);
  expect(await through(`/${organisation}/retry`, 100_000)).toBe(413);
  await server.close();
  // What is no table, empty, too large, or not here any more.
  expect(await text(upload('a.csv', ''))).toContain('The file is empty');
  const refused = async (name: string, bytes: string): Promise<string> => {
    const answer = await teacher.ask((await upload(name, bytes)).headers.get('location')!);
    expect(answer.status).toBe(422);
    const shown = await answer.text();
    // The form is there, for another file.
    expect(shown).toContain('Begin with your data');
    return /role="alert">([^<]*)</.exec(shown)![1]!;
  };
  const html = await refused('a.csv', '<!DOCTYPE html><html></html>');
  expect(html).toMatch(/^Line 1 of a\.csv: this is a web page \(HTML\), not the data \(it may be/);
  expect(await refused('rows "1".csv', 'a,b\n1,2\n3\n5,6\n')).toBe(
    'Line 3 of rows-1.csv: the row has 1 field, the header has 2 (if it is a note below the table, take it out).',
  );
  // A few kilobytes that unpack to more than anybody could look at.
  const bomb = await upload('zeros.csv.gz', gzipSync(Buffer.alloc(80 * 2 ** 20, 'a,b\n')));
  expect(await bomb.text()).toContain('The file unpacks to more than 64 MB');
  expect(await text(upload('torn.csv.gz', gzipSync(csv).subarray(0, 60)))).toContain('damaged, or not whole');
  expect((await upload('whole.csv.gz', gzipSync(csv))).status).toBe(303);
  expect(await text(teacher.ask((await upload('prices.csv', csv)).headers.get('location')!))).toMatch(
    /prices exists already, and nothing is overwritten: give the file another name/,
  );
  const big = await upload('big.csv', 'a,b\n'.repeat(5_000_000));
  expect([big.status, await big.text()]).toEqual([413, expect.stringContaining('It has more than 16 MB')]);
  expect(await text(teacher.ask(`${root}/new?upload=${'x'.repeat(22)}`))).toContain('upload it again');
  expect(await text(teacher.ask(`${root}/new?upload=../../course`))).toContain('upload it again');
  // Somebody else's course knows nothing of it.
  expect((await teacher.ask(address.replace(organisation, 'other-org'))).status).toBe(403);
});
