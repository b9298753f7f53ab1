// What a teacher should look at first: who falls behind and since when, and what needs attention.
import { sayRoughly } from '../../domain/time/say-time.ts';
import { html } from 'hono/html';
import { holdLine } from '../../domain/messages/hold-line.ts';
import { describeDifference } from '../../domain/repository/describe-difference.ts';
import type { Risk } from '../../domain/evidence/fall-behind.ts';
import { mostDiffering, mostNamed, type CourseView } from '../../flows/pages/show-course.ts';
import { sayMissing } from '../../flows/course/missing-people.ts';
import type { DisputedEndpoint } from '../../ports/practice.ts';
import type { ParkedJob } from '../../ports/jobs.ts';
import type { Html } from './layout/layout.ts';
import { coursePath, outward, repositoryUrl, shipmentPath, studentPagePath, type Host } from './layout/links.ts';
import { count, when } from './layout/words.ts';

export function attention(view: CourseView, host: Host): Html {
  return html`${onHold(view)}
    <div class="pair">${atRisk(view)}${waiting(view, host)}</div>`;
}

function onHold({ holds, course }: CourseView): Html {
  return html`${holds.map((hold) => html`<p class="panel alert" role="status">${holdLine(hold, course.timezone)}</p>`)}`;
}

const riskWords: Record<Risk['kind'], string> = {
  silent: 'nothing merged',
  red: 'runs fail',
  unmerged: 'a release is unmerged',
  idle: 'merged, but no counted green run',
};

function atRisk({ behind, totals, course, record, now }: CourseView): Html {
  if (behind.length === 0)
    return html`<section class="panel calm" aria-label="Who falls behind">
      <h2>Nobody falls behind</h2>
      <p class="dim">Every release has a counted green run, or is younger than the time for full freshness.</p>
    </section>`;
  const rest = totals.behind - behind.length;
  return html`<section class="panel alert" aria-label="Who falls behind">
    <h2>${totals.behind} of ${count(totals.students, 'student')} behind</h2>
    <ul>
      ${behind.map(
        ({ owner, name, risk }) =>
          html`<li>
            <a href="${studentPagePath(record.login, owner)}"><bdi>${name}</bdi></a
            >: ${riskWords[risk.kind]} since ${when(risk.since, course.timezone)}
            <span class="dim"
              >· ${risk.open} of ${risk.of} open, ${sayRoughly(now.getTime() - risk.since.getTime())}</span
            >
          </li>`,
      )}
    </ul>
    ${rest > 0 ? html`<p><a href="${coursePath(record.login)}?show=risk&amp;sort=risk#students">and ${rest} more</a></p>` : ''}
  </section>`;
}

function waiting({ parked, broken, differing, missing, record, course, disputed }: CourseView, host: Host): Html {
  const people = sayMissing(missing).map((sentence) => sentence.replaceAll('`', ''));
  const items = parked.length + broken.total + differing.total + people.length + disputed.length;
  if (items === 0)
    return html`<section class="panel calm" aria-label="Needs attention">
      <h2>Nothing needs attention</h2>
      <p class="dim">No delivery, repository or report has failed permanently.</p>
    </section>`;
  return html`<section class="panel alert" aria-label="Needs attention">
    <h2>${count(items, 'item')} need attention</h2>
    <ul>
      ${parked.slice(0, mostNamed).map((job) => parkedItem(job, record.login))}
      ${broken.rows.map(
        ({ name, lastError = '' }) =>
          html`<li>${outward(repositoryUrl(host, name), name)} could not be made: <code>${lastError}</code></li>`,
      )}
      ${differing.rows.map(
        ({ name, differences = [] }) =>
          html`<li>
            ${outward(repositoryUrl(host, name), name)}:
            ${differences.map((each) => describeDifference(each, course.timezone).replaceAll('`', '')).join('; ')}
          </li>`,
      )}
      ${people.slice(0, mostDiffering).map((sentence) => html`<li>${sentence}</li>`)}
      ${disputed.slice(0, mostNamed).map((endpoint) => disputedItem(endpoint, host))}
    </ul>
    ${and(parked.length - mostNamed, 'more job')}
    ${and(broken.total - mostDiffering, 'more repository', 'more repositories')}
    ${and(differing.total - mostDiffering, 'more that differs', 'more that differ')}
    ${and(people.length - mostDiffering, 'more person', 'more people')}
    ${and(disputed.length - mostNamed, 'more service')}
  </section>`;
}

function and(more: number, text: string, many = `${text}s`): Html | string {
  return more > 0 ? html`<p class="dim">and ${count(more, text, many)}</p>` : '';
}

const disputeWords: Record<DisputedEndpoint['identity'], string> = {
  proven: 'proved that its service is its own; the same address is also registered by',
  shared: 'registered the same service, and neither alone proved whose it is, as',
  taken: 'registered a service that was proven by',
  another: 'registered a service that says it is of',
  unproven: 'registered a service also named by',
};

function disputedItem({ repository, identity, others }: DisputedEndpoint, host: Host): Html {
  return html`<li>
    ${outward(repositoryUrl(host, repository), repository)} ${disputeWords[identity]}
    <code>${others.join(', ')}</code>
  </li>`;
}

/** A permanently failed job, with its last error and the retry button. */
export function parkedItem({ key, name, attempts, lastError }: ParkedJob, login: string): Html {
  const id = name === 'dispatch-shipment' ? key.split('/').at(-1)! : undefined;
  const what =
    id === undefined ? html`<code>${key}</code>` : html`<a href="${shipmentPath(login, id)}"><code>${key}</code></a>`;
  return html`<li>
    ${what} after ${count(attempts, 'attempt')}: <code>${lastError}</code>
    ${retryForm(key, login)}
  </li>`;
}

export function retryForm(key: string, login: string): Html {
  return html`<form class="inline" method="post" action="${coursePath(login)}/retry">
    <input type="hidden" name="key" value="${key}" /><button>Try again</button>
  </form>`;
}

/** For the matrix, where room is scarce. */
export const riskBrief: Record<Risk['kind'], string> = {
  silent: 'nothing merged',
  red: 'run fails',
  unmerged: 'unmerged',
  idle: 'no green run',
};
