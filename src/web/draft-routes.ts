// Challenges written in the browser: a form and its text, what they would mean, and the pull request that they become.
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { mergeForm, readForm, type Draft, type FormValues } from '../domain/draft/form-text.ts';
import { problemsByField } from '../domain/draft/place-problems.ts';
import { isFailure } from '../domain/text/failure.ts';
import type { DraftPlace } from '../flows/draft/open-draft.ts';
import { challengeFormPage, challengeProposedPage } from './pages/challenge-form-page.ts';
import { draftScript } from './pages/layout/scripts.ts';
import { messagePage } from './pages/message-page.ts';
import { readUpload } from './read-upload.ts';
import type { Drafting, RouteSettings } from './route-settings.ts';
import { sendScript } from './send-script.ts';
import type { Who } from './who.ts';

type Doors = { who: Who; staffOnly: MiddlewareHandler };
type Form = Readonly<Record<string, string>>;

const mostText = 200_000;
/** Whole files in the air at once, in this process. */
const mostUploadsAtOnce = 3;

export function draftRoutes(app: Hono, settings: RouteSettings, { who, staffOnly }: Doors): void {
  const { drafting, signIn } = settings;
  app.get('/draft-live.js', (c) => sendScript(c, draftScript));
  if (!drafting) return;
  const show = showDraft(drafting);
  const place = (c: Context): string => c.req.param('organisation') ?? '';

  app.get('/:organisation/challenges/new', staffOnly, async (c) => {
    const upload = c.req.query('upload');
    const opened = await refusable(() => drafting.open(place(c), upload === undefined ? {} : { upload }));
    if (typeof opened === 'string') {
      // The form is there, for another file.
      const empty = await drafting.open(place(c), {});
      return empty ? show(c, empty.place, draftOf(empty.text), { refused: opened }, 422) : noCourse(c);
    }
    return opened ? show(c, opened.place, draftOf(opened.text), { notes: opened.notes }) : noCourse(c);
  });
  app.get('/:organisation/challenges/:challenge/edit', staffOnly, async (c) => {
    const opened = await drafting.open(place(c), { challenge: c.req.param('challenge') });
    return opened ? show(c, opened.place, draftOf(opened.text), {}) : noCourse(c);
  });
  uploadRoute(app, drafting, staffOnly);

  const take = async (c: Context, challenge?: string): Promise<Response> => {
    const form = textsOf(await c.req.parseBody());
    const text = (form['text'] ?? '').replaceAll('\r\n', '\n');
    if (text.length > mostText) return c.html(messagePage('Too long', 'Such a file is not for a page: use git.'), 413);
    const draft = mergeForm({ text, form: fieldsOf(form), shown: shownOf(form) });
    const where: DraftPlace = {
      organisation: place(c),
      commit: form['commit'] ?? '',
      base: form['base'] ?? '',
      ...(challenge === undefined ? {} : { challenge }),
      ...(form['upload'] ? { upload: form['upload'] } : {}),
    };
    if (form['do'] !== 'save') return show(c, where, draft, {});
    if (draft.faults.length > 0) return show(c, where, draft, { refused: 'Not saved: a field cannot be read.' }, 422);
    const person = await who.person(c);
    const saved = await refusable(() => drafting.save(where, draft.text, person));
    if (typeof saved === 'string') return show(c, where, draft, { refused: saved }, 422);
    if ('why' in saved) return show(c, where, draft, { refused: saved.why }, saved.outcome === 'stale' ? 409 : 422);
    if (saved.outcome === 'opened')
      await signIn?.sessions.addAct(where.organisation, {
        act: 'propose challenge',
        subject: `${saved.challenge}, pull request ${saved.number}`,
        ...(person ? { by: person } : {}),
      });
    return c.html(challengeProposedPage(where.organisation, { ...saved, outcome: saved.outcome }));
  };
  app.post('/:organisation/challenges/new', staffOnly, (c) => take(c));
  app.post('/:organisation/challenges/:challenge/edit', staffOnly, (c) => take(c, c.req.param('challenge')));
}

type More = { notes?: readonly string[]; refused?: string };
type Status = 200 | 409 | 413 | 422;

function showDraft(drafting: Drafting) {
  return async (c: Context, place: DraftPlace, draft: Draft, more: More, status: Status = 200): Promise<Response> => {
    const upload = place.upload === undefined ? undefined : await drafting.upload(place.organisation, place.upload);
    // An upload of yesterday is gone: the rest is shown without it.
    const { upload: _, ...without } = place;
    const preview = await drafting.preview(upload ? place : without, draft.text);
    if (!preview) return noCourse(c);
    const own = preview.problems.filter(({ file }) => file === preview.path);
    const fields = problemsByField(draft.text, own);
    const view = { login: place.organisation, place, draft, preview, fields, ...(upload ? { upload } : {}), ...more };
    return c.html(challengeFormPage(view), status);
  };
}

function uploadRoute(app: Hono, drafting: Drafting, staffOnly: MiddlewareHandler): void {
  let inHand = 0;
  app.post('/:organisation/challenges/new/upload', staffOnly, async (c) => {
    const { organisation } = c.req.param();
    if (inHand >= mostUploadsAtOnce) return c.html(messagePage('Too many at once', 'Try again in a minute.'), 503);
    inHand++;
    try {
      const file = await refusable(() => readUpload(c.req.raw.body, c.req.header('content-type')));
      if (typeof file === 'string') return c.html(messagePage('The file was not taken', file), 422);
      if (!file) return c.html(messagePage('No file', 'Choose a file, then upload it.'), 422);
      const kept = await refusable(() => drafting.keep(organisation, file.name, file.chunks));
      if (typeof kept === 'string') return c.html(messagePage('The file was not taken', kept), 422);
      return c.redirect(`/${encodeURIComponent(organisation)}/challenges/new?upload=${kept.id}`, 303);
    } finally {
      inHand--;
    }
  });
}

/** What it gives, or why a person's file was refused. */
async function refusable<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, 'upload-refused') && !isFailure(error, 'upload-too-large')) throw error;
    const { message } = error as Error;
    return `${message[0]!.toUpperCase()}${message.slice(1)}.`;
  }
}

function draftOf(text: string): Draft {
  const values = readForm(text) ?? {};
  return { text, values, shown: values, faults: [] };
}

function textsOf(body: Readonly<Record<string, unknown>>): Form {
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function fieldsOf(form: Form): FormValues {
  const own = Object.entries(form).filter(([key]) => key.startsWith('f.'));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(2), value]));
}

/** What somebody else wrote there is nothing. */
function shownOf(form: Form): FormValues {
  try {
    const read: unknown = JSON.parse(form['shown'] ?? '{}');
    return typeof read === 'object' && read !== null ? textsOf(read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function noCourse(c: Context): Response | Promise<Response> {
  return c.html(messagePage('There is no such challenge', 'Its course repository may not be there yet.'), 404);
}
