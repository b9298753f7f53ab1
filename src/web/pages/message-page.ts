// Pages with one thing to say: not yours, not here, not now.
import { html } from 'hono/html';
import { layout, type Html } from './layout/layout.ts';

export function messagePage(title: string, text: string): Html {
  return layout(
    { title },
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
}

/** For visitors without access: how staff and students get in. */
export function doorPage(title: string, signIn?: { to: string; login?: string }): Html {
  if (signIn) return signInPage(title, signIn.login === undefined ? undefined : notTheirs(signIn.login), signIn.to);
  return layout(
    { title },
    html`<h1>${title}</h1>
      <p>
        <strong>Students:</strong> open your own page by the link at the end of the check run <em>score</em> on any of
        your commits. You can open only your own page, and nobody else can open it.
      </p>
      <p>
        <strong>Staff:</strong> open the address that the app printed when it started, or enter the dashboard’s token
        (the setting <code>PRACTICUM_DASHBOARD_TOKEN</code>):
      </p>
      ${tokenForm()}`,
  );
}

const notTheirs = (login: string): string => `You are signed in as ${login}, whom this page is not for.`;

/** Where people sign in with GitHub: that, and the token for whoever sets the app up. */
export function signInPage(title: string, why?: string, to = '/'): Html {
  return layout(
    { title },
    html`<h1>${title}</h1>
      ${why === undefined ? '' : html`<p>${why}</p>`}
      <p><a class="button" href="/sign-in?to=${encodeURIComponent(to)}">Sign in with GitHub</a></p>
      <p>
        Students see their own page; the staff of a course sees all of it. Who is staff, the team named in
        <code>course.yml</code> and write access to the course repository say.
      </p>
      <details>
        <summary>Set-up and rescue</summary>
        <p>Enter the dashboard’s token (the setting <code>PRACTICUM_DASHBOARD_TOKEN</code>):</p>
        ${tokenForm()}
      </details>`,
  );
}

export function accountPage(login: string): Html {
  return layout(
    { title: 'Your account' },
    html`<h1>Your account</h1>
      <p>You are signed in as <strong>${login}</strong>. A session ends by itself after twelve hours.</p>
      <form class="tools" method="post" action="/sign-out">
        <button>Sign out</button>
        <button name="everywhere" value="yes">Sign out everywhere</button>
      </form>`,
  );
}

function tokenForm(): Html {
  return html`<form class="tools" method="post" action="/enter">
    <label>Token <input type="password" name="token" autocomplete="current-password" required /></label>
    <button>Enter</button>
  </form>`;
}
