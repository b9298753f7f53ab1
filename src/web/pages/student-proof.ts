// What each release led to: from the shipment to the service that answers with it, and the link that is missing.
import { html } from 'hono/html';
import { linkWords, sayProof, type SaidLink } from '../../domain/proof/say-proof.ts';
import { links, type Proof } from '../../domain/proof/proof.ts';
import type { StudentView } from '../../flows/pages/show-student.ts';
import type { Html } from './layout/layout.ts';
import { commitLink, outward, type Host } from './layout/links.ts';
import { evidenceAnchor } from './student-score.ts';
import { table } from './layout/table.ts';

export function proofTable({ proofs, challenges, course, repositories }: StudentView, host: Host): Html {
  if (proofs.length === 0) return html``;
  const rows = proofs.map(({ challenge, proof }) => {
    // Where a run was says its evidence; for a merge any of the student's repositories will do, and mostly there is one.
    const repository = proof.run?.repository.split('/').at(-1) ?? repositories[0]?.name ?? '';
    return html`<tr>
      <th scope="row">${proof.release}${challenges.length > 1 ? html`<small>${challenge}</small>` : ''}</th>
      ${sayProof(proof, course.timezone).map((said) => html`<td>${cell(said, proof, host, repository)}</td>`)}
      <td class="wide">${missing(proof)}</td>
    </tr>`;
  });
  return html`<h2 id="proof">What each release led to</h2>
    ${table(['release', ...links.map((link) => linkWords[link]), 'missing link'], rows)}`;
}

function cell({ link, state, text }: SaidLink, { commit, run, service }: Proof, host: Host, repository: string): Html {
  if (state === 'missing') return html`<strong>✗ missing</strong>`;
  if (state !== 'proven') return html`<span class="dim">${text}</span>`;
  if (link === 'commit' && commit?.sha) return html`✓ ${commitLink(host, repository, commit.sha)}`;
  if (link === 'run' && run) return html`✓ ${outward(run.checkRunUrl, text)}`;
  if (link === 'service' && service) return html`✓ <a href="#${evidenceAnchor(service.evidence)}">${text}</a>`;
  return html`✓ ${text}`;
}

function missing({ missing: broken }: Proof): Html {
  if (!broken) return html`<span class="dim">none: proven to the end</span>`;
  const source = broken.evidence === undefined ? '' : html` <a href="#${evidenceAnchor(broken.evidence)}">evidence</a>`;
  return html`${broken.text}${source}${broken.next === undefined ? '' : html`<div class="next">→ ${broken.next}</div>`}`;
}
