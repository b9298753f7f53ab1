// The releases of a challenge: how far each got, where it is, and what it led to, up to the link that is missing.
import { html } from 'hono/html';
import { sayProof, linkWords, type SaidLink } from '../../domain/proof/say-proof.ts';
import type { Link, Proof } from '../../domain/proof/proof.ts';
import type { StudentView } from '../../flows/pages/show-student.ts';
import type { Html } from './layout/layout.ts';
import { commitLink, outward, pullUrl, shipmentPath, type Host } from './layout/links.ts';
import { progressCell } from './layout/progress.ts';
import { joinParts, when } from './layout/words.ts';

type Cell = StudentView['cells'][number];
type Given = {
  cells: readonly Cell[];
  proofs: readonly Proof[];
  zone: string;
  host: Host;
  isStaff: boolean;
  /** Of the pieces of evidence. */
  link: (id: string) => string;
};

const heads = ['release', 'state', 'shipped', linkWords.commit, linkWords.run, linkWords.model, linkWords.service];

export function releaseRows({ cells, proofs, ...given }: Given): Html {
  if (cells.length === 0) return html``;
  const byRelease = new Map(proofs.map((proof) => [proof.release, proof]));
  return html`<h2 id="proof">What each release led to</h2>
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            ${[...heads, 'missing link'].map((head) => html`<th scope="col">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${cells.map((cell) => row(cell, byRelease.get(cell.release), given))}
        </tbody>
      </table>
    </div>
    ${nextLinks(proofs)}`;
}

/** Each step once, with the releases that miss it. */
function nextLinks(proofs: readonly Proof[]): Html | string {
  const steps = Map.groupBy(proofs, ({ missing: broken }) => broken?.next ?? '');
  steps.delete('');
  if (steps.size === 0) return '';
  return html`<ul class="why">
    ${[...steps].map(([step, missed]) => html`<li class="next">→ ${step} <span class="dim">(${missed.map(({ release }) => release).join(', ')})</span></li>`)}
  </ul>`;
}

function row(cell: Cell, proof: Proof | undefined, given: Omit<Given, 'cells' | 'proofs'>): Html {
  const { zone } = given;
  const said = new Map(proof ? sayProof(proof, zone).map((saidLink) => [saidLink.link, saidLink]) : []);
  // Where a run was says its evidence; otherwise it is where the release went.
  const repository = proof?.run?.repository.split('/').at(-1) ?? cell.shipments[0]?.shipment.repository ?? '';
  const linked = (name: Link, at?: Date): Html =>
    html`<td data-label="${linkWords[name]}">
      ${at ? when(at, zone) : ''}
      ${linkCell(said.get(name), proof, { ...given, repository, isDated: at !== undefined })}
    </td>`;
  return html`<tr>
    <th scope="row">${cell.release}${cell.shippedAt ? '' : html`<small>due ${when(cell.due, zone)}</small>`}</th>
    ${progressCell(cell, 'state')}
    <td data-label="shipped">
      ${cell.shippedAt ? when(cell.shippedAt, zone) : ''}
      ${joinParts(cell.shipments.map((shipment) => where(shipment, given)))}
    </td>
    ${linked('commit', cell.mergedAt)} ${linked('run', cell.greenAt)} ${linked('model')} ${linked('service')}
    <td class="wide" data-label="missing link">${missing(proof, given.link)}</td>
  </tr>`;
}

type Linked = Pick<Given, 'host' | 'link'> & { repository: string; isDated: boolean };

function linkCell(
  said: SaidLink | undefined,
  proof: Proof | undefined,
  { host, link, repository, isDated }: Linked,
): Html {
  if (said?.state === 'missing') return html`<strong>✗ missing</strong>`;
  if (!said || !proof || said.state !== 'proven')
    return isDated ? html`` : html`<span class="dim">${said?.text ?? '–'}</span>`;
  const { commit, run, service } = proof;
  if (said.link === 'commit' && commit?.sha) return html`✓ ${commitLink(host, repository, commit.sha)}`;
  if (said.link === 'run' && run) return html`✓ ${outward(run.checkRunUrl, said.text)}`;
  if (said.link === 'service' && service) return html`✓ <a href="${link(service.evidence)}">${said.text}</a>`;
  return isDated ? html`✓` : html`✓ ${said.text}`;
}

function missing(proof: Proof | undefined, link: (id: string) => string): Html {
  if (!proof) return html`<span class="dim">–</span>`;
  const { missing: broken } = proof;
  if (!broken) return html`<span class="dim">none: proven to the end</span>`;
  const source = broken.evidence === undefined ? '' : html` <a href="${link(broken.evidence)}">evidence</a>`;
  return html`${broken.text}${source}`;
}

function where(
  { shipment, receipt, lastError, state }: Cell['shipments'][number],
  { host, isStaff }: Pick<Given, 'host' | 'isStaff'>,
): Html {
  const path = html`<code>${shipment.path}</code>`;
  const name = isStaff ? html`<a href="${shipmentPath(host.login, shipment.id)}">${path}</a>` : path;
  if (!receipt)
    return html`${name}${state === 'failed' && lastError ? html`<small>not your fault: ${isStaff ? lastError : 'the staff has been told'}</small>` : ''}`;
  const { commit, pullRequest, fault } = receipt;
  const pull =
    pullRequest === undefined
      ? ''
      : html` · ${outward(pullUrl(host, shipment.repository, pullRequest), `pull request #${pullRequest}`)}`;
  return html`${name} ·
  ${commitLink(host, shipment.repository, commit)}${pull}${fault === undefined ? '' : html`<small>${fault}</small>`}`;
}
