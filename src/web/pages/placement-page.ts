// Whose task runs where: the queue, the machines, and what became of the pipelines, now and over a period.
import { sayRoughly } from '../../domain/time/say-time.ts';
import { html, raw } from 'hono/html';
import { clockAxis } from '../../domain/placement/results/draw-axis.ts';
import { drawCounts } from '../../domain/placement/results/draw-counts.ts';
import { drawGantt } from '../../domain/placement/results/draw-gantt.ts';
import { exportLive } from '../../domain/placement/results/export-results.ts';
import {
  foretold,
  overview,
  type NodeView,
  type Overview,
  type Period,
} from '../../domain/placement/results/overview.ts';
import { placerOf, type LivePipeline } from '../../domain/placement/live/state.ts';
import { measure } from '../../domain/placement/results/measure-results.ts';
import type { PlacementView } from '../../flows/pages/show-placement.ts';
import { layout, type Html } from './layout/layout.ts';
import { commitUrl, outward, placementPath, queryWith, type Query } from './layout/links.ts';
import { pager } from './layout/paging.ts';
import { cutPage, pageSize } from '../../flows/pages/cut-page.ts';
import { table } from './layout/table.ts';
import { when } from './layout/words.ts';

const periods = { hour: 3600, day: 86_400, week: 7 * 86_400, all: Number.POSITIVE_INFINITY } as const;
type PeriodName = keyof typeof periods;

export function placementPage(view: PlacementView, webUrl: string, query: Query): Html {
  const { course, record, queue, rules, samples } = view;
  const name = (Object.keys(periods) as PeriodName[]).find((key) => key === query['period']) ?? 'day';
  const period = periodOf(view, name);
  const seen = queue && overview(queue, period);
  const title = `Placement, ${course.title}`;
  const intro = html`<h1>Placement</h1>
    <p class="dim">
      ${
        rules.length === 0
          ? html`No challenge uses placement: <code>placement:</code> in its <code>challenge.yml</code> turns it on.`
          : html`Whose task runs where, for
            ${rules.map(({ challenge, placer }) => `${challenge} by ${placer}`).join(', ')}.`
      }
    </p>`;
  if (!queue || !seen)
    return layout(
      { title, login: record.login, section: 'placement' },
      html`${intro}
        <p class="panel">Nothing has been submitted yet.</p>`,
    );
  const notes = queue.settings.notes ?? [];
  const axis = clockAxis(period.from, period.to, course.timezone);
  const ways: Ways = {
    view,
    webUrl,
    links: new Map(view.submissions.map((submission) => [submission.id, submission])),
  };
  return layout(
    { title, login: record.login, section: 'placement' },
    html`${intro} ${notes.map((note) => html`<p class="panel alert">${note}</p>`)} ${figures(view, seen)}
      ${queueTable(seen, ways)} ${ownerTable(seen)} ${nodeTable(seen, course.timezone)} ${chooser(name, query)}
      ${plot('Tasks on nodes', drawGantt([{ title: 'Tasks on nodes', bars: seen.bars }], seen.rows, axis))}
      ${plot('Running against waiting', drawCounts(samples, axis))} ${endedTable(seen, ways, query)}
      <p>
        Everything, in the published fields:
        <a href="${placementPath(record.login, 'pipelines.json')}">pipelines.json</a>,
        <a href="${placementPath(record.login, 'n_pipelines.csv')}">n_pipelines.csv</a>
      </p>`,
  );
}

/** All of it begins with the first submission. */
function periodOf({ now, queue }: PlacementView, name: PeriodName): Period {
  const to = now.getTime() / 1000;
  const first = Math.min(to, ...(queue?.pipelines ?? []).map(({ pipeline }) => pipeline.submitted));
  return { from: Math.max(first, to - periods[name]), to };
}

function figures({ queue }: PlacementView, { waiting, running, ended, nodes }: Overview): Html {
  const results = queue ? exportLive({ ...queue, pipelines: ended }) : [];
  const { mean_wait, max_wait, mean_execution, total_execution } = measure(results);
  const card = (value: string | number, what: string, more: string): Html =>
    html`<li><b>${value}</b>${what}<small>${more}</small></li>`;
  const online = nodes.filter(({ runner }) => runner.online).length;
  return html`<ul class="cards" aria-label="Totals">
    ${card(waiting.length, 'waiting', `${running.length} running`)}
    ${card(`${online} of ${nodes.length}`, 'nodes online', `${nodes.filter(({ tasks }) => tasks.length > 0).length} at work`)}
    ${card(ended.length, 'ended', `${ended.filter(({ status }) => status !== 'succeeded').length} without success`)}
    ${card(seconds(mean_wait), 'mean wait', `${seconds(max_wait)} at most`)}
    ${card(seconds(mean_execution), 'mean execution', `${seconds(total_execution)} in all`)}
  </ul>`;
}

type Ways = { view: PlacementView; webUrl: string; links: ReadonlyMap<string, PlacementView['submissions'][number]> };

/** Its commit, where the check run *placement* is. */
function nameOf(entry: LivePipeline, { view, webUrl, links }: Ways): Html {
  const found = links.get(entry.id);
  const host = { webUrl, login: view.record.login };
  return outward(found && commitUrl(host, found.repository, found.commit), entry.title);
}

function queueTable({ waiting, running }: Overview, ways: Ways): Html {
  const { queue, course } = ways.view;
  if (waiting.length + running.length === 0) return html`<p class="panel calm">Nothing waits, nothing runs.</p>`;
  const row = (entry: LivePipeline, position: number | string, reason: string): Html =>
    html`<tr>
      <td class="num">${position}</td>
      <th scope="row">${nameOf(entry, ways)}</th>
      <td>${when(new Date(entry.pipeline.submitted * 1000), course.timezone)}</td>
      <td><code>${queue ? placerOf(queue, entry) : ''}</code></td>
      <td>${reason}</td>
    </tr>`;
  const doing = (entry: LivePipeline): string => {
    const done = entry.tasks.filter(({ status }) => status === 'succeeded').length;
    const now = entry.tasks.filter(({ status }) => status === 'started' || status === 'dispatched');
    const what = now.map(({ task, node }) => `${task} on ${node}`).join(', ') || 'waiting for a node';
    return `${done} of ${entry.pipeline.tasks.length} tasks done; ${what}`;
  };
  const heads = ['position', 'pipeline', 'submitted', 'placer', 'why'];
  const rows = [
    ...running.map((entry) => row(entry, 'runs', doing(entry))),
    ...waiting.slice(0, pageSize).map(({ entry, reason }, index) => row(entry, index + 1, reason)),
  ];
  return html`<h2>Queue</h2>
    ${table(heads, rows)}
    ${waiting.length > pageSize ? html`<p class="dim">and ${waiting.length - pageSize} more</p>` : ''}`;
}

function ownerTable({ owners }: Overview): Html {
  if (owners.length === 0) return html``;
  const rows = owners.map(
    ({ owner, used, running, waiting }) =>
      html`<tr>
        <th scope="row">${owner}</th>
        <td class="num">${seconds(used)}</td>
        <td class="num">${running}</td>
        <td class="num">${waiting}</td>
      </tr>`,
  );
  return html`<h2>Shares</h2>
    <p class="dim">Whoever used the machines least is served next. Use counts half after four hours.</p>
    ${table(['owner', 'used', 'tasks at work', 'pipelines waiting'], rows)}`;
}

function nodeTable({ nodes }: Overview, zone: string): Html {
  const heads = ['node', 'state', 'type', 'cores', 'memory', 'accelerator', 'busy in the period'];
  const state = ({ runner, tasks }: NodeView): Html => {
    if (!runner.online) {
      // One that was given up is not remembered by its time.
      const since = runner.seen > 0 ? html` since ${when(new Date(runner.seen * 1000), zone)}` : '';
      return html`<span class="failed">offline</span>${since}`;
    }
    const own = tasks.map(({ entry, task }) => `${task.task} of ${entry.title}`).join(', ');
    return html`${own || (runner.busy ? 'at work for others' : 'idle')}`;
  };
  return html`<h2>Nodes</h2>
    ${table(
      heads,
      nodes.map(
        (at) =>
          html`<tr>
            <th scope="row">${at.runner.name}</th>
            <td>${state(at)}</td>
            <td>${at.node.worker_type}, ${at.node.architecture}</td>
            <td class="num">${at.node.cpu_cores}</td>
            <td class="num">${Math.round(at.node.memory / 1024 / 102.4) / 10} GiB</td>
            <td>${at.node.accelerator}</td>
            <td class="num">${Math.round(100 * at.busy)}%</td>
          </tr>`,
      ),
    )}`;
}

function chooser(name: PeriodName, query: Query): Html {
  const words = { hour: 'last hour', day: 'last day', week: 'last week', all: 'all' };
  return html`<h2 id="period">Over time</h2>
    <nav aria-label="Period">
      <ul>
        ${(Object.keys(periods) as PeriodName[]).map((key) => {
          const current = key === name ? html` aria-current="true"` : '';
          return html`<li>
            <a href="${queryWith(query, { period: key, page: '' })}#period" ${current}>${words[key]}</a>
          </li>`;
        })}
      </ul>
    </nav>`;
}

/** The drawing escapes every name itself. */
function plot(label: string, svg: string): Html {
  return html`<figure>
    <div class="plot" tabindex="0" role="group" aria-label="Plot: ${label}">${raw(svg)}</div>
  </figure>`;
}

function endedTable({ ended }: Overview, ways: Ways, query: Query): Html {
  if (ended.length === 0) return html``;
  const zone = ways.view.course.timezone;
  const cut = cutPage(ended, Math.max(1, Math.trunc(Number(query['page'])) || 1), pageSize);
  const heads = ['pipeline', 'ended', 'state', 'waited', 'ran', 'tasks: predicted', 'measured', 'on', 'why'];
  const row = (entry: LivePipeline): Html => {
    const { scheduledAt, finishedAt = 0, pipeline, tasks, status, reason = '' } = entry;
    const nodes = [...new Set(tasks.map(({ node }) => node))].join(', ');
    const told = foretold(entry);
    return html`<tr>
      <th scope="row">${nameOf(entry, ways)}</th>
      <td>${when(new Date(finishedAt * 1000), zone)}</td>
      <td><span class="${status === 'succeeded' ? 'green' : 'failed'}">${status}</span></td>
      <td class="num">${seconds((scheduledAt ?? finishedAt) - pipeline.submitted)}</td>
      <td class="num">${scheduledAt === undefined ? '–' : seconds(finishedAt - scheduledAt)}</td>
      <td class="num">${told ? seconds(told.expected) : '–'}</td>
      <td class="num">${told ? seconds(told.seconds) : '–'}</td>
      <td>${nodes}</td>
      <td>${reason}</td>
    </tr>`;
  };
  return html`<h2 id="ended">Ended</h2>
    ${table(heads, cut.rows.map(row))} ${pager(cut, query, 'ended')}`;
}

function seconds(value: number): string {
  return value < 600 ? `${Math.round(value)} s` : sayRoughly(value * 1000);
}
