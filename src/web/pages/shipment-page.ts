// One shipment with everything about it: what happened to it, and the JSON that `practicum dispatch` takes.
import { html } from 'hono/html';
import { sayWallTime } from '../../domain/time/say-time.ts';
import type { ShipmentView } from '../../flows/pages/show-shipments.ts';
import { retryForm } from './course-attention.ts';
import { layout, type Html } from './layout/layout.ts';
import { commitLink, outward, repositoryUrl, shipmentPath, studentPagePath, type Host } from './layout/links.ts';
import { nextStep, receiptLink, stateClass } from './shipments-page.ts';
import { count } from './layout/words.ts';

export function shipmentPage(view: ShipmentView, webUrl: string): Html {
  const { record, course, stored, parked, job } = view;
  const { shipment, state, lastError } = stored;
  const { login } = record;
  const host = { webUrl, login };
  return layout(
    { title: `${shipment.release} for ${shipment.owner}`, login, section: 'shipments' },
    html`<h1>${shipment.release} for <bdi>${shipment.owner}</bdi></h1>
      <p class="dim"><code>${shipment.id}</code></p>
      ${lastError === undefined ? '' : html`<p class="panel alert"><strong>Last error:</strong> <code>${lastError}</code> ${nextStep(state, job, course.timezone)} ${parked ? retryForm(parked.key, login) : ''}</p>`}
      <div class="scroll">
        <table>
          <tbody>
            ${facts(view, host).map(
              ([name, value]) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${value}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <h2>As JSON</h2>
      <p>
        Everything needed to send it again:
        <a href="${shipmentPath(login, shipment.id)}.json" download="${shipment.id}.json">save the file</a>, then
        <code>practicum dispatch ${shipment.id}.json</code>
      </p>
      <pre tabindex="0" aria-label="The shipment as JSON">${JSON.stringify(shipment, undefined, 2)}</pre>`,
  );
}

function facts({ record, course, stored }: ShipmentView, host: Host): [string, Html | string][] {
  const { shipment, state, attempts, dispatchedAt, receipt, stagedAt } = stored;
  const { login } = record;
  const zone = course.timezone;
  const arrived: [string, Html | string][] = receipt
    ? [
        [
          'arrived',
          html`${dispatchedAt ? sayWallTime(dispatchedAt, zone) : ''} as ${receiptLink({ shipment, receipt }, host)}`,
        ],
        ...(receipt.commit === ''
          ? []
          : [['commit', commitLink(host, shipment.repository, receipt.commit)] as [string, Html]]),
        ['slice', `${count(receipt.rows, 'row')}, ${count(receipt.bytes, 'byte')}`],
        ['SHA-256', html`<code>${receipt.sha256}</code>`],
      ]
    : [];
  return [
    ['state', html`<span class="${stateClass[state]}">${state}</span> after ${count(attempts, 'attempt')}`],
    ['challenge', shipment.challenge],
    ['owner', html`<a href="${studentPagePath(login, shipment.owner)}"><bdi>${shipment.owner}</bdi></a>`],
    ['repository', outward(repositoryUrl(host, shipment.repository), `${login}/${shipment.repository}`)],
    ['released', sayWallTime(new Date(shipment.due), zone)],
    ...(stagedAt ? [['branch made', sayWallTime(stagedAt, zone)] as [string, string]] : []),
    [
      'carrier',
      shipment.remote === undefined ? shipment.carrier.replace('_', ' ') : `${shipment.carrier}: ${shipment.remote}`,
    ],
    ['path', html`<code>${shipment.path}</code>`],
    ['rows', shipment.rows ? `[${shipment.rows[0]}, ${shipment.rows[1]})` : 'chosen by conditions'],
    ...arrived,
  ];
}
