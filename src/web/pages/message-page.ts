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

/** For visitors without a token: how staff and students get in. */
export function doorPage(title: string): Html {
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
      <form class="tools" method="post" action="/enter">
        <label>Token <input type="password" name="token" autocomplete="current-password" required /></label>
        <button>Enter</button>
      </form>`,
  );
}
