// The routes table: address → page.
import type { RouteSettings } from './route-settings.ts';
import { Hono, type Context } from 'hono';
import { stream } from 'hono/streaming';
import { exportGrades, EXPORT_FORMATS } from '../domain/grade/grades-export.ts';
import { holdLine } from '../domain/messages/hold-line.ts';
import type { Hold } from '../ports/jobs.ts';
import { showCourse } from '../flows/pages/show-course.ts';
import { exportGradebook, gradebookParts, withoutReasons } from '../flows/pages/export-gradebook.ts';
import { showGradebook } from '../flows/pages/show-gradebook.ts';
import { showShipment, showShipments } from '../flows/pages/show-shipments.ts';
import { showStudent } from '../flows/pages/show-student.ts';
import { checkoutRoute } from './checkout-route.ts';
import { gradingRoutes } from './grading-routes.ts';
import { draftRoutes } from './draft-routes.ts';
import { enrolRoutes } from './enrol-routes.ts';
import { guard } from './guard.ts';
import { monitorRoutes } from './monitor-routes.ts';
import { metricsRoute } from './metrics-route.ts';
import { actsPage } from './pages/acts-page.ts';
import { coursePage } from './pages/course-page.ts';
import { coursesPage, noCoursePage, ownCoursesPage } from './pages/courses-page.ts';
import { gradebookPage, readGradebookQuery } from './pages/gradebook-page.ts';
import { messagePage } from './pages/message-page.ts';
import { readSelection } from './pages/layout/select-students.ts';
import { shipmentPage } from './pages/shipment-page.ts';
import { readShipmentsQuery, shipmentsPage } from './pages/shipments-page.ts';
import { studentPage } from './pages/student-page.ts';
import { styleText } from './pages/layout/style.ts';
import { pipelinesRoute } from './pipelines-route.ts';
import { placementRoutes } from './placement-routes.ts';
import { prepareRoutes } from './prepare-routes.ts';
import { reactionRoute } from './reaction-route.ts';
import { reportRoute } from './report-route.ts';
import { sessionRoutes } from './session-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import type { Who } from './who.ts';
import type { CourseRecord } from '../ports/records.ts';

const mostActs = 500;

export function routes(settings: RouteSettings): Hono {
  const { store, clock, webUrl } = settings;
  const app = new Hono();
  machineRoutes(app, settings);
  noSuchDoor(app);
  const { who, door, staffOnly, enter } = guard(app, settings);
  signInRoutes(app, settings);
  healthRoutes(app, settings);
  app.get('/probe-key', (c) => c.text(`${settings.probeKey}\n`));
  app.get('/style.css', (c) => {
    c.header('cache-control', 'public, max-age=31536000, immutable');
    return c.body(styleText, 200, { 'content-type': 'text/css; charset=utf-8' });
  });
  app.post('/enter', async (c) => enter(c, String((await c.req.parseBody())['token'] ?? '')));

  const showOne = async (c: Context, login: string): Promise<Response> => {
    const view = await showCourse(store, login, clock.now(), readSelection(c.req.query()));
    if (view) return c.html(coursePage(view, webUrl, c.req.query()));
    const known = await store.course(login);
    return known
      ? c.html(noCoursePage(known, webUrl))
      : c.html(messagePage('No course here', 'The App is not installed on an organisation of that name.'), 404);
  };
  app.get('/', async (c) => {
    const token = c.req.query('token');
    if (token !== undefined) return enter(c, token);
    const courses = await store.courses();
    if (who.holdsToken(c)) return courses.length === 1 ? showOne(c, courses[0]!.login) : c.html(coursesPage(courses));
    return frontPage(c, who, courses, { door, showOne });
  });
  sessionRoutes(app, settings, { who, door });
  prepareRoutes(app, settings, { who, door, enter });
  enrolRoutes(app, settings, { who, staffOnly });
  draftRoutes(app, settings, { who, staffOnly });
  monitorRoutes(app, settings, { who, staffOnly });
  app.get('/:organisation', staffOnly, (c) => showOne(c, c.req.param('organisation')));
  studentRoute(app, settings, { who, door });
  gradebookRoutes(app, settings, staffOnly);
  gradingRoutes(app, settings, staffOnly, who);
  shipmentRoutes(app, settings, staffOnly, who);
  actRoutes(app, settings, staffOnly);
  placementRoutes(app, settings, staffOnly);
  app.notFound((c) => notFound(c));
  return app;
}

function healthRoutes(app: Hono, { ready, holds }: RouteSettings): void {
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', (c) =>
    ready()
      .then(async () => readyText(c, await holds()))
      .catch((error: Error & { code?: string }) =>
        c.text(error.code === 'not-ready' ? error.message : 'the database does not answer', 503),
      ),
  );
}

function studentRoute(
  app: Hono,
  settings: RouteSettings,
  { who, door }: Pick<ReturnType<typeof guard>, 'who' | 'door'>,
): void {
  const { store, clock, access, webUrl } = settings;
  app.get('/:organisation/students/:owner', async (c) => {
    const { organisation, owner } = c.req.param();
    const { staff, owner: own } = await who.role(c, organisation);
    const isTheirs = own?.toLowerCase() === owner.toLowerCase();
    const hasKey = access.isStudent(c.req.query('key'), organisation, owner);
    // An old address: its key may be in anybody's history, so that where people can sign in, they do.
    if (hasKey && settings.signIn && !staff && !(await who.person(c)))
      return c.redirect(`/sign-in?to=${encodeURIComponent(new URL(c.req.url).pathname)}`, 303);
    if (!staff && !isTheirs && (settings.signIn || !hasKey)) return door(c, 'This page is not yours');
    const view = await showStudent(store, organisation, owner, clock.now());
    return view
      ? c.html(studentPage(view, webUrl, staff, c.req.query()))
      : c.html(messagePage('Nobody of that name', 'The roster has no such student or group.'), 404);
  });
}

/** Before what protects pages from other pages: these doors are for machines and know no cookies. */
function machineRoutes(app: Hono, settings: RouteSettings): void {
  if (settings.metrics) metricsRoute(app, settings.metrics, () => performance.now());
  reportRoute(app, {
    receive: settings.receiveReport,
    log: (err) => settings.log.error({ err }, 'a posted report could not be checked'),
    now: () => performance.now(),
  });
  checkoutRoute(app, {
    give: settings.checkoutToken,
    log: (err) => settings.log.error({ err }, 'a token for a checkout could not be checked'),
    now: () => performance.now(),
  });
  if (settings.reaction)
    reactionRoute(app, {
      answer: settings.reaction,
      log: (err) => settings.log.error({ err }, 'a run of a reaction could not be answered'),
      now: () => performance.now(),
    });
  pipelinesRoute(app, {
    ...settings.pipelines,
    log: (err) => settings.log.error({ err }, 'a request about pipelines could not be answered'),
    now: () => performance.now(),
  });
}

/** Whatever else is asked for there is asked by a program, which cannot read a page. */
function noSuchDoor(app: Hono): void {
  app.all('/api/*', (c) => {
    const message = `there is no ${c.req.method} of this address; GET /api/openapi.json describes what there is`;
    return c.json({ code: 'not-found', message }, 404);
  });
}

type StaffOnly = ReturnType<typeof guard>['staffOnly'];

function gradebookRoutes(app: Hono, { store, clock }: RouteSettings, staffOnly: StaffOnly): void {
  app.get('/:organisation/gradebook', staffOnly, async (c) => {
    const selection = readGradebookQuery(c.req.query());
    const view = await showGradebook(store, c.req.param('organisation'), clock.now(), selection);
    return view ? c.html(gradebookPage(view, c.req.query())) : notFound(c);
  });
  app.get('/:organisation/gradebook.csv', staffOnly, async (c) => {
    const view = await exportGradebook(store, c.req.param('organisation'), clock.now(), withoutReasons);
    if (!view) return notFound(c);
    const format = EXPORT_FORMATS.find((candidate) => candidate === (c.req.query('format') ?? 'csv'));
    if (!format) return c.text(`there is no such format; these are: ${EXPORT_FORMATS.join(', ')}`, 400);
    const name = `gradebook-${view.record.organisation}${format === 'csv' ? '' : `-${format}`}.csv`;
    return c.body(exportGrades(view.gradebook, format), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    });
  });
  app.get('/:organisation/gradebook.json', staffOnly, async (c) => {
    const view = await exportGradebook(store, c.req.param('organisation'), clock.now(), (row) => JSON.stringify(row));
    if (!view) return c.json({ error: 'no course in force' }, 404);
    c.header('content-type', 'application/json');
    return stream(c, async (out) => {
      for (const part of gradebookParts(view.gradebook)) await out.write(part);
    });
  });
}

function shipmentRoutes(
  app: Hono,
  { store, clock, webUrl, signIn }: RouteSettings,
  staffOnly: StaffOnly,
  who: Who,
): void {
  app.get('/:organisation/shipments', staffOnly, async (c) => {
    const query = c.req.query();
    const view = await showShipments(store, c.req.param('organisation'), clock.now(), readShipmentsQuery(query));
    return view ? c.html(shipmentsPage(view, webUrl, query)) : notFound(c);
  });
  app.get('/:organisation/shipments/:id', staffOnly, async (c) => {
    const { organisation, id } = c.req.param();
    const view = await showShipment(store, organisation, id.replace(/\.json$/, ''), clock.now());
    if (!view) return notFound(c);
    return id.endsWith('.json') ? c.json(view.stored.shipment) : c.html(shipmentPage(view, webUrl));
  });
  app.post('/:organisation/retry', staffOnly, async (c) => {
    const key = String((await c.req.parseBody())['key'] ?? '');
    await store.retryParked(key);
    const by = await who.person(c);
    await signIn?.sessions.addAct(c.req.param('organisation'), {
      act: 'try again',
      subject: key,
      ...(by ? { by } : {}),
    });
    return c.redirect(`/${encodeURIComponent(c.req.param('organisation'))}`, 303);
  });
}

/** What the staff did with buttons, and who. */
function actRoutes(app: Hono, { signIn, store }: RouteSettings, staffOnly: StaffOnly): void {
  app.get('/:organisation/acts', staffOnly, async (c) => {
    const record = await store.course(c.req.param('organisation'));
    if (!signIn || !record) return notFound(c);
    return c.html(actsPage(record.login, await signIn.sessions.acts(record.organisation, mostActs)));
  });
}

type FrontDoor = { door: ReturnType<typeof guard>['door']; showOne: (c: Context, login: string) => Promise<Response> };

/** The courses of whoever is signed in: the one of a teacher, the own page of a student, or a list of several. */
async function frontPage(
  c: Context,
  who: Who,
  courses: readonly CourseRecord[],
  { door, showOne }: FrontDoor,
): Promise<Response> {
  if (!(await who.person(c))) return door(c, 'This dashboard is for the staff');
  const roles = await Promise.all(courses.map(async (course) => ({ course, ...(await who.role(c, course.login)) })));
  const own = roles.filter(({ staff, owner }) => staff || owner !== undefined);
  const [first] = own;
  if (!first) return door(c, 'You are in none of the courses here');
  if (own.length > 1) return c.html(ownCoursesPage(own.map(({ course: { login }, ...role }) => ({ login, ...role }))));
  if (first.staff) return showOne(c, first.course.login);
  return c.redirect(`/${encodeURIComponent(first.course.login)}/students/${encodeURIComponent(first.owner!)}`, 303);
}

function notFound(c: Context): Response | Promise<Response> {
  return c.html(messagePage('There is no such page', 'Start from the front page.'), 404);
}

/** GitHub's absence is its own: webhooks are still stored. Without a disk nothing is. */
function readyText(c: Context, holds: readonly Hold[]): Response {
  const lines = ['ready', ...holds.map((hold) => holdLine(hold, 'UTC'))];
  return c.text(lines.join('\n'), holds.some(({ scope }) => scope === 'disk') ? 503 : 200);
}
