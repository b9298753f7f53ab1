// The newest commit of the course has errors: what they are, and what holds meanwhile.
import { html } from 'hono/html';
import type { CourseRecord } from '../../ports/records.ts';
import type { Html } from './layout/layout.ts';
import { commitLink, outward, repositoryUrl, type Host } from './layout/links.ts';
import { count, when } from './layout/words.ts';

const shown = 10;

/** Nothing where the newest commit is in force. */
export function refusedCommit({ refused, commitSha }: CourseRecord, host: Host, zone: string): Html {
  if (!refused) return html``;
  const { repository, commit, at, problems } = refused;
  const errors = problems.filter(({ level }) => level === 'error');
  const inForce =
    commitSha === undefined
      ? html`No course is in force until this is fixed.`
      : html`${commitLink(host, repository, commitSha)} stays in force until this is fixed.`;
  return html`<section class="panel alert" aria-label="The newest commit was refused">
    <h2>The newest commit was refused</h2>
    <p>
      ${commitLink(host, repository, commit)}, read ${when(at, zone)}, has ${count(errors.length, 'error')}. ${inForce}
    </p>
    <ul>
      ${errors
        .slice(0, shown)
        .map(
          ({ file, line, code, message, hint }) =>
            html`<li>
              ${outward(`${repositoryUrl(host, repository)}/blob/${commit}/${path(file)}#L${line}`, html`<code>${file}:${line}</code>`)}
              ${message}${hint ? html` <span class="dim">(${hint})</span>` : ''} <small class="dim">${code}</small>
            </li>`,
        )}
    </ul>
    ${errors.length > shown ? html`<p class="dim">and ${errors.length - shown} more, on the check <em>sync</em> of the commit</p>` : ''}
  </section>`;
}

const path = (file: string): string => file.split('/').map(encodeURIComponent).join('/');
