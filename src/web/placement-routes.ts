// Placement for the staff: the page, and its results as files in the published fields.
import type { Hono, MiddlewareHandler } from 'hono';
import { exportLive, exportSamples } from '../domain/placement/results/export-results.ts';
import { showPlacement } from '../flows/pages/show-placement.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { messagePage } from './pages/message-page.ts';
import { placementPage } from './pages/placement-page.ts';

type Settings = { store: Store; clock: Clock; webUrl: string };

export function placementRoutes(app: Hono, { store, clock, webUrl }: Settings, staffOnly: MiddlewareHandler): void {
  app.get('/:organisation/placement', staffOnly, async (c) => {
    const view = await showPlacement(store, c.req.param('organisation'), clock.now());
    return view
      ? c.html(placementPage(view, webUrl, c.req.query()))
      : c.html(messagePage('No course here', 'No course of that name is in force.'), 404);
  });
  app.get('/:organisation/placement/pipelines.json', staffOnly, async (c) => {
    const queue = await store.placements.queue(c.req.param('organisation'));
    c.header('content-disposition', 'attachment; filename="pipelines.json"');
    return c.json(queue ? exportLive(queue) : []);
  });
  app.get('/:organisation/placement/n_pipelines.csv', staffOnly, async (c) => {
    const samples = await store.placements.samples(c.req.param('organisation'));
    return c.body(exportSamples(samples), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="n_pipelines.csv"',
    });
  });
}
