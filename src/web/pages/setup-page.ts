// The pages of a set-up: register the App, install it, and what is still missing.
import { html } from 'hono/html';
import type { CourseSetUp, SetUpStep } from '../../ports/set-up.ts';
import { layout, type Html } from './layout/layout.ts';
import { plainTable } from './layout/table.ts';

export type SetupCheck = { name: string; ok: boolean; detail: string };

/** `problem`: what was wrong with the last try. */
export function startPage(problem?: string): Html {
  return layout(
    { title: 'Set-up' },
    html`<h1>Set up Practicum</h1>
      ${problem === undefined ? '' : html`<p class="panel alert">${problem}</p>`}
      <p>Practicum is a GitHub App of your own. You need to own the organisation that it is for.</p>
      <form class="tools" method="post" action="/setup/manifest">
        <label
          >Organisation on GitHub <input name="organisation" required pattern="[A-Za-z0-9][A-Za-z0-9\\-]*"
        /></label>
        <label>
          Address at which GitHub reaches this app
          <input name="address" type="url" placeholder="https://practicum.example.edu" />
        </label>
        <button>Go on</button>
      </form>
      <p>
        Leave the address empty on your own computer: webhooks then come through a channel on smee.io, which anybody can
        read who knows its address. That is for trying out, and not for a real course.
      </p>`,
  );
}

/** The manifest goes from the browser to GitHub; there, a person sees the App's name and confirms. */
export function registerPage({ action, manifest }: { action: string; manifest: object }): Html {
  return layout(
    { title: 'Register the App' },
    html`<h1>Register the App</h1>
      <p>
        GitHub shows the App’s name and asks you to create it. Its permissions and events are those of
        <code>app.yml</code>, where each has its reason. You come back here by yourself.
      </p>
      <form class="tools" method="post" action="${action}">
        <input type="hidden" name="manifest" value="${JSON.stringify(manifest)}" />
        <button>Register on GitHub</button>
      </form>`,
  );
}

export function registeredPage({ install, next }: { install: string; next: string }): Html {
  return layout(
    { title: 'Registered' },
    html`<h1>Registered</h1>
      <p>
        The keys are in the file <code>.env</code>, which only your account can read. The app is starting with them.
      </p>
      <ol>
        <li><a href="${install}">Install the App</a> on your organisation, for all repositories.</li>
        <li>Then see <a href="${next}">what is done and what is missing</a>.</li>
      </ol>`,
  );
}

type State = { checks: readonly SetupCheck[]; courses: readonly CourseSetUp[]; problem?: string };

/** As `practicum doctor` sees it, and for each course what the app can do about it. */
export function statePage({ checks, courses, problem }: State): Html {
  const isDone =
    checks.every(({ ok }) => ok) && courses.every(({ steps }) => steps.every(({ state }) => state === 'done'));
  return layout(
    { title: 'Set-up' },
    html`<h1>Set-up</h1>
      ${problem === undefined ? '' : html`<p class="panel alert">${problem}</p>`}
      <p>
        ${isDone ? 'Everything is there.' : 'Something is missing; it says what to do.'}
        <a href="/setup">Look again</a>, or go to the <a href="/">dashboard</a>.
      </p>
      ${courses.map(courseSteps)}
      <h2>The app</h2>
      ${plainTable(heads, checks.map(checkRow))}`,
  );
}

const heads = ['Step', 'State', 'Found', 'To do'];

function courseSteps({ login, steps }: CourseSetUp): Html {
  const open = steps.filter(({ can }) => can);
  return html`<h2>${login}</h2>
    ${open.length < 2 ? '' : form(login, 'all', `Do all ${open.length} that the app can do`)}
    ${plainTable(
      heads,
      steps.map((step) => stepRow(login, step)),
    )}`;
}

function checkRow({ name, ok, detail }: SetupCheck): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${ok ? 'done' : html`<strong>missing</strong>`}</td>
    <td>${detail}</td>
    <td>${ok ? 'nothing' : 'see what was found'}</td>
  </tr>`;
}

function stepRow(login: string, { id, name, state, found, can, at }: SetUpStep): Html {
  const link = at === undefined ? '' : html` <a href="${at}">On GitHub<span class="sr">: ${name}</span></a>`;
  const what = can ? form(login, id, 'Do it', name) : '';
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${state === 'done' ? 'done' : html`<strong>${state === 'unknown' ? 'not known' : 'missing'}</strong>`}</td>
    <td>${found}</td>
    <td>${what}${link}${what || link ? '' : state === 'done' ? 'nothing' : 'see what was found'}</td>
  </tr>`;
}

/** `about` is for whoever hears the button without its row. */
function form(organisation: string, step: string, words: string, about?: string): Html {
  return html`<form method="post" action="/setup/do">
    <input type="hidden" name="organisation" value="${organisation}" />
    <input type="hidden" name="step" value="${step}" />
    <button>${words}${about === undefined ? '' : html`<span class="sr">: ${about}</span>`}</button>
  </form>`;
}
