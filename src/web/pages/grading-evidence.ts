// What a rubric names under `look_at`, as the app has it: a list to unfold, or the way to where it is.
import { html } from 'hono/html';
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { LookAt } from '../../domain/challenge/rubric.ts';
import { tellsOfService, type Evidence } from '../../domain/evidence/evidence.ts';
import type { StoredShipment } from '../../ports/records.ts';
import type { GradingView } from '../../flows/pages/show-grading.ts';
import type { Html } from './layout/layout.ts';
import { commitLink, fileUrl, outward, pullUrl, repositoryUrl, type Host } from './layout/links.ts';
import { count, when } from './layout/words.ts';

/** More lines do not help to judge; the student's page has all. */
const mostLines = 30;

type Kind<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

export function shownEvidence(look: LookAt, view: GradingView, challenge: Challenge, host: Host): Html {
  const shipped = view.shipments.filter(({ shipment }) => shipment.challenge === challenge.name);
  const repository = shipped[0]?.shipment.repository ?? view.repositories[0]?.name;
  if (repository === undefined) return html`<p class="dim">The student has no repository yet.</p>`;
  const of = <K extends Evidence['kind']>(kind: K): Kind<K>[] =>
    view.evidence.filter(
      (evidence): evidence is Kind<K> => evidence.kind === kind && evidence.challenge === challenge.name,
    );
  const zone = view.course.timezone;
  switch (look.kind) {
    case 'file':
      return html`<p>→ ${outward(fileUrl(host, repository, look.path), look.path)}</p>`;
    case 'reviews':
      return html`<p>
        → ${outward(`${repositoryUrl(host, repository)}/pulls?q=is%3Apr`, 'pull requests, with their reviews')}
      </p>`;
    case 'milestone':
      return milestone(look.milestone, of('milestone'), zone);
    case 'pulls':
      return unfold(
        'pull requests with data',
        shipped.flatMap((stored) => release(stored, of('data'), host, zone)),
      );
    case 'runs':
      return unfold(
        'runs',
        of('run').map((runEvidence) => run(runEvidence, host, repository, zone)),
      );
    case 'probes':
      return probes(of('probe'), zone);
    case 'requests':
      return unfold(
        'answers to requests',
        of('answer')
          .filter(({ verdict }) => verdict !== 'pending')
          .map((evidence) => answer(evidence, zone)),
      );
  }
}

function release(
  { shipment, receipt, dispatchedAt }: StoredShipment,
  data: readonly Kind<'data'>[],
  host: Host,
  zone: string,
): Html[] {
  if (!receipt) return [];
  const seen = data.findLast((dataEvidence) => dataEvidence.shipment === shipment.id);
  const where =
    receipt.pullRequest === undefined
      ? commitLink(host, shipment.repository, receipt.commit)
      : outward(pullUrl(host, shipment.repository, receipt.pullRequest), `pull request #${receipt.pullRequest}`);
  const sent = dispatchedAt ? html`, sent ${when(dispatchedAt, zone)}` : '';
  return [html`${shipment.release}: ${where}${sent}${seen ? html`, ${seen.event} ${when(seen.at, zone)}` : ''}`];
}

function run(runEvidence: Kind<'run'>, host: Host, repository: string, zone: string): Html {
  const what = outward(runEvidence.checkRunUrl, `run ${runEvidence.conclusion}`);
  const held = runEvidence.releases.length === 0 ? 'no release' : runEvidence.releases.join(', ');
  const rejected = runEvidence.rejected ? html`, not counted: ${runEvidence.rejected.reason}` : '';
  return html`${when(runEvidence.at, zone)}: ${what} at ${commitLink(host, repository, runEvidence.commit)} with
  ${held}${rejected}`;
}

function answer(evidence: Kind<'answer'>, zone: string): Html {
  const verdict = evidence.verdict.replaceAll('_', ' ');
  return html`${when(evidence.at, zone)}: ${evidence.name ?? evidence.request}: ${verdict}, ${evidence.matches} of
  ${evidence.expected} rows`;
}

function unfold(title: string, lines: readonly Html[]): Html {
  if (lines.length === 0) return html`<p class="dim">${title}: none seen.</p>`;
  const shown = lines.toReversed().slice(0, mostLines);
  const more = lines.length > shown.length ? html`<li class="dim">and ${lines.length - shown.length} older</li>` : '';
  return html`<details>
    <summary>${title} (${lines.length})</summary>
    <ul>
      ${shown.map((line) => html`<li>${line}</li>`)} ${more}
    </ul>
  </details>`;
}

function milestone(name: string, all: readonly Kind<'milestone'>[], zone: string): Html {
  const last = all.findLast((evidence) => evidence.milestone === name);
  if (!last) return html`<p class="dim">milestone ${name}: not looked at yet.</p>`;
  const title = html`milestone ${name}: ${last.done} of ${last.total} done, ${when(last.at, zone)}`;
  if (last.missing.length === 0) return html`<p>${title}</p>`;
  return html`<details>
    <summary>${title}</summary>
    <ul>
      ${last.missing.map((step) => html`<li>missing: ${step}</li>`)}
    </ul>
  </details>`;
}

/** When it changed: a thousand probes that passed are one line. */
function probes(all: readonly Kind<'probe'>[], zone: string): Html {
  const counted = all.filter(tellsOfService);
  const passed = counted.filter(({ ok }) => ok).length;
  const turns = counted.filter((evidence, index) => index === 0 || evidence.code !== counted[index - 1]!.code);
  return html`${counted.length === 0 ? '' : html`<p>${passed} of ${count(counted.length, 'probe')} passed.</p>`}
  ${unfold(
    'probes, when they changed',
    turns.map((turn) => html`${when(turn.at, zone)}: ${turn.ok ? 'passed' : `failed: ${turn.code}`}`),
  )}`;
}
