// Every shipment: its state, how often it was tried, what went wrong, when it is due, and where it arrived.
import { html } from 'hono/html';
import type { ShipmentState } from '../../domain/shipment/shipment.ts';
import type { ShipmentsQuery, ShipmentsView } from '../../flows/pages/show-shipments.ts';
import type { JobStatus } from '../../ports/jobs.ts';
import type { StoredShipment } from '../../ports/records.ts';
import { parkedItem } from './course-attention.ts';
import { layout, type Html } from './layout/layout.ts';
import { commitUrl, outward, queryWith, shipmentPath, studentPagePath, type Host, type Query } from './layout/links.ts';
import { pager } from './layout/paging.ts';
import { readPage } from './layout/select-students.ts';
import { when } from './layout/words.ts';

const states: ShipmentState[] = ['planned', 'dispatched', 'failed', 'cancelled'];

/** From an address: what is wanted of them. */
export function readShipmentsQuery(query: Query): ShipmentsQuery {
  const state = states.find((shipmentState) => shipmentState === query['state']);
  return { ...(state ? { state } : {}), text: (query['q'] ?? '').trim().toLowerCase(), page: readPage(query) };
}

export function shipmentsPage(view: ShipmentsView, webUrl: string, query: Query): Html {
  const { record, course, counts, page, parked } = view;
  const { login } = record;
  const { state } = readShipmentsQuery(query);
  const jobs = parked.filter(({ name }) => name === 'dispatch-shipment');
  return layout(
    { title: `Shipments, ${course.title}`, login, section: 'shipments' },
    html`<h1>Shipments</h1>
      <p class="dim">One release, for one repository, by one carrier. A dispatched shipment never changes.</p>
      ${menu(counts, state, query)}
      ${
        jobs.length === 0
          ? ''
          : html`<section class="panel alert" aria-label="Failed permanently">
              <h2>Failed permanently: retry or cancel</h2>
              <ul>
                ${jobs.slice(0, 20).map((job) => parkedItem(job, login))}
              </ul>
            </section>`
      }
      <form class="tools" method="get" role="search">
        <label
          >Find <input type="search" name="q" value="${query['q'] ?? ''}" placeholder="owner, release, id"
        /></label>
        ${state === undefined ? '' : html`<input type="hidden" name="state" value="${state}" />`}
        <button>Show</button>
      </form>
      ${table(page.rows, view, { webUrl, login })} ${pager(page, query, 'shipments')}`,
  );
}

function menu(counts: ShipmentsView['counts'], state: ShipmentState | undefined, query: Query): Html {
  const item = (value: string, number: number): Html => {
    const current = (state ?? '') === value ? html` aria-current="true"` : '';
    return html`<li>
      <a href="${queryWith(query, { state: value, page: '' })}" ${current}>${value === '' ? 'all' : value}</a> ${number}
    </li>`;
  };
  return html`<nav aria-label="States">
    <ul>
      ${item(
        '',
        Object.values(counts).reduce((sum, number) => sum + number, 0),
      )}
      ${states.map((shipmentState) => item(shipmentState, counts[shipmentState] ?? 0))}
    </ul>
  </nav>`;
}

function table(rows: readonly StoredShipment[], { course, now, jobs }: ShipmentsView, host: Host): Html {
  const heads = ['released', 'release', 'owner', 'carrier', 'state', 'attempts', 'arrived', 'last error'];
  return html`<div class="scroll" id="shipments">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col" class="${head === 'attempts' ? 'num' : ''}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(({ shipment, state, attempts, lastError, dispatchedAt, receipt, stagedAt }) => {
          const due = new Date(shipment.due);
          const late = state === 'planned' && due < now ? html` <span class="tag red">overdue</span>` : '';
          const staged = state === 'planned' && stagedAt ? html` <span class="tag">staged</span>` : '';
          const job = jobs.get(shipment.id);
          const held = job?.state === 'paused' ? html` <span class="tag">held</span>` : '';
          return html`<tr>
            <td>${when(due, course.timezone)}</td>
            <th scope="row">
              <a href="${shipmentPath(host.login, shipment.id)}">${shipment.release}</a
              ><small>${shipment.challenge}</small>
            </th>
            <td>
              <a href="${studentPagePath(host.login, shipment.owner)}"><bdi>${shipment.owner}</bdi></a>
            </td>
            <td>${shipment.carrier.replace('_', ' ')}</td>
            <td><span class="${stateClass[state]}">${state}</span>${late}${staged}${held}</td>
            <td class="num">${attempts}</td>
            <td>
              ${dispatchedAt ? when(dispatchedAt, course.timezone) : '–'}
              ${receipt ? html`<small>${receiptLink({ shipment, receipt }, host)}</small>` : ''}
            </td>
            <td>
              ${lastError === undefined ? (receipt?.fault ?? '') : html`<code>${lastError}</code>${nextStep(state, job, course.timezone)}`}
            </td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** What happens next to a shipment that failed. */
export function nextStep(state: ShipmentState, job: JobStatus | undefined, zone: string): Html | string {
  if (state !== 'failed' || job === undefined || job.state === 'paused') return '';
  return html`<small
    >${job.state === 'parked' ? 'failed permanently' : html`next try ${when(job.nextTry, zone)}`}</small
  >`;
}

export const stateClass: Record<ShipmentState, string> = {
  planned: 'planned',
  dispatched: 'green',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Where it arrived, in the carrier's own words; otherwise its commit. */
export function receiptLink(
  { shipment, receipt }: { shipment: StoredShipment['shipment']; receipt: NonNullable<StoredShipment['receipt']> },
  host: Host,
): Html {
  const { pullRequest, commit, url } = receipt;
  const text = pullRequest === undefined ? commit.slice(0, 7) || 'receipt' : `pull request #${pullRequest}`;
  return outward(url || commitUrl(host, shipment.repository, commit), text);
}
