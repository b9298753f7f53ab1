// Who needs help, over all criteria, with words that are ready to be sent.
import { html } from 'hono/html';
import type { ChallengeView, HelpLine } from '../../../flows/monitor/show-challenge.ts';
import type { Html } from '../layout/layout.ts';
import { challengePath, studentPagePath } from '../layout/links.ts';
import { count, points, when } from '../layout/words.ts';

export function helpPart(view: ChallengeView): Html {
  const { total, rows } = view.help;
  if (total === 0)
    return html`<h2>Who needs help</h2>
      <p>Nobody has less than half of what could be had by now, in any criterion.</p>`;
  return html`<h2>Who needs help</h2>
    <p>
      ${count(total, 'student has', 'students have')} less than half of what could be had by now in some criterion.
      ${total > rows.length ? `The ${rows.length} who lost most are named.` : ''} Words to them become a comment on
      their dashboard issue, under your name; the same words are sent once. <code>{page}</code> becomes the address of
      their page.
    </p>
    ${rows.map((line) => helpLine(view, line))}`;
}

function helpLine({ record: { login }, challenge, course }: ChallengeView, line: HelpLine): Html {
  const { owner, name, criteria, behind, lost, proposed, last } = line;
  const said = behind.map((criterion) => {
    const { points: had, of } = criteria[criterion]!;
    return html`<span class="tag red">${criterion} ${points(had)}/${points(of)}</span> `;
  });
  const id = `words-${owner}`;
  return html`<article class="panel help">
    <h3>
      <a href="${studentPagePath(login, owner)}"><bdi>${name}</bdi></a>
      <small class="dim">${owner}, ${points(lost)} points behind</small>
    </h3>
    <p>${said}</p>
    ${
      last
        ? html`<p class="dim">
            ${last.sentAt ? 'Sent' : 'To be sent'} ${when(last.sentAt ?? last.writtenAt, course.timezone)} by
            ${last.writtenBy}: “${last.body.slice(0, 160)}${last.body.length > 160 ? '…' : ''}”
          </p>`
        : ''
    }
    ${
      last?.body === proposed
        ? ''
        : html`<details>
            <summary>Write to <bdi>${name}</bdi></summary>
            <form method="post" action="${challengePath(login, challenge.name, '/remind')}" class="decide">
              <input type="hidden" name="owner" value="${owner}" />
              <label for="${id}"
                >Words to <bdi>${name}</bdi><textarea id="${id}" name="text" rows="5">${proposed}</textarea>
              </label>
              <button>Send as a comment</button>
            </form>
          </details>`
    }
  </article>`;
}
