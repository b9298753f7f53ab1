// What a teacher should look at first: who falls behind and since when, and what needs attention.
import { sayRoughly } from '../../domain/time/say-time.ts';
import { html } from 'hono/html';
import { holdLine } from '../../domain/messages/hold-line.ts';
import { describeDifference } from '../../domain/repository/describe-difference.ts';
import { riskKinds, type Risk } from '../../flows/pages/show-risk.ts';
import type { CourseView } from '../../flows/pages/show-course.ts';
import { sayMissing } from '../../flows/course/missing-people.ts';
import type { StudentRepository } from '../../ports/records.ts';
import type { DisputedEndpoint } from '../../ports/practice.ts';
import type { ParkedJob } from '../../ports/jobs.ts';
import type { Html } from './layout/layout.ts';
import { coursePath, outward, repositoryUrl, shipmentPath, studentPagePath, type Host } from './layout/links.ts';
import { count, when } from './layout/words.ts';

const shown = 8;

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

function atRisk({ students, course, record, now }: CourseView): Html {
  const behind = students
    .flatMap((student) => (student.risk ? [{ ...student, risk: student.risk }] : []))
    .toSorted((a, b) => rank(a.risk) - rank(b.risk) || a.risk.since.getTime() - b.risk.since.getTime());
  if (behind.length === 0)
    return html`<section class="panel calm" aria-label="Who falls behind">
      <h2>Nobody falls behind</h2>
      <p class="dim">Every release has a counted green run, or is younger than the time for full freshness.</p>
    </section>`;
  const rest = behind.length - shown;
  return html`<section class="panel alert" aria-label="Who falls behind">
    <h2>${behind.length} of ${count(students.length, 'student')} behind</h2>
    <ul>
      ${behind.slice(0, shown).map(
        ({ owner, risk }) =>
          html`<li>
            <a href="${studentPagePath(record.login, owner.slug)}"><bdi>${owner.name}</bdi></a
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

const rank = (risk: Risk): number => riskKinds.indexOf(risk.kind);

function waiting({ parked, repositories, missing, record, course, disputed }: CourseView, host: Host): Html {
  const items = [
    ...parked.map((job) => parkedItem(job, record.login)),
    ...repositories.filter(({ state }) => state === 'failed').map((one) => brokenItem(one, host)),
    ...repositories.filter(isDiffering).map((one) => differingItem(one, host, course.timezone)),
    ...sayMissing(missing).map((sentence) => html`<li>${sentence.replaceAll('`', '')}</li>`),
    ...disputed.map((one) => disputedItem(one, host)),
  ];
  if (items.length === 0)
    return html`<section class="panel calm" aria-label="Needs attention">
      <h2>Nothing needs attention</h2>
      <p class="dim">No delivery, repository or report has failed permanently.</p>
    </section>`;
  const rest = items.slice(3 * shown);
  return html`<section class="panel alert" aria-label="Needs attention">
    <h2>${count(items.length, 'item')} need attention</h2>
    <ul>
      ${items.slice(0, 3 * shown)}
    </ul>
    ${
      rest.length === 0
        ? ''
        : html`<details>
            <summary>and ${rest.length} more</summary>
            <ul>
              ${rest}
            </ul>
          </details>`
    }
  </section>`;
}

const isDiffering = ({ state, differences = [] }: StudentRepository): boolean =>
  state !== 'failed' && differences.length > 0;

function brokenItem({ name, lastError = '' }: StudentRepository, host: Host): Html {
  return html`<li>${outward(repositoryUrl(host, name), name)} could not be made: <code>${lastError}</code></li>`;
}

function differingItem({ name, differences = [] }: StudentRepository, host: Host, zone: string): Html {
  const sentences = differences.map((each) => describeDifference(each, zone).replaceAll('`', ''));
  return html`<li>${outward(repositoryUrl(host, name), name)}: ${sentences.join('; ')}</li>`;
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
