// What a student sees who enrols: which row is theirs, and what became of the claim.
import { html } from 'hono/html';
import type { Claimed } from '../../flows/people/claim-row.ts';
import { layout, type Html } from './layout/layout.ts';

type Place = { organisation: string; path: string };

export function claimPage({ organisation, path }: Place, login: string, row: { name: string } | undefined): Html {
  const question = row
    ? html`<p>This link is for <strong>${row.name === '' ? 'one person of the roster' : row.name}</strong>.</p>
        <button>That is me</button>`
    : html`<p>
          <label for="who">Your student id, or your full name as the course office writes it</label>
          <input id="who" name="who" required maxlength="200" autocomplete="off" />
        </p>
        <button>Enrol</button>`;
  return layout(
    { title: `Enrol in ${organisation}` },
    html`<h1>Enrol in ${organisation}</h1>
      <p>You are signed in as <strong>${login}</strong>. This account gets your repository.</p>
      <form class="tools" method="post" action="${path}">${question}</form>`,
  );
}

const words: Record<Claimed['outcome'], [title: string, text: string]> = {
  claimed: [
    'You are enrolled',
    'Your repository is made within some minutes. GitHub then sends you an invitation: accept it.',
  ],
  enrolled: ['You are on the roster', 'There is nothing more to do.'],
  unknown: ['Nobody of that id or name', 'Check the spelling, try the other of the two, or ask your teacher.'],
  ambiguous: ['Several people have that name', 'Enter your student id, or ask your teacher for a link of your own.'],
  taken: [
    'Another account is enrolled for this person',
    'If it is not yours, tell your teacher: a claim can be taken back.',
  ],
  elsewhere: ['You have claimed another row', 'If that was a mistake, ask your teacher to take it back.'],
  'no-course': ['No roster yet', 'The course has not begun. Come back later.'],
};

export function claimedPage({ outcome }: Pick<Claimed, 'outcome'>, place: Place & { owner?: string }): Html {
  const [title, text] = words[outcome];
  const own =
    place.owner === undefined ? undefined : `/${place.organisation}/students/${encodeURIComponent(place.owner)}`;
  const isOver = outcome === 'claimed' || outcome === 'enrolled' || outcome === 'no-course';
  return layout(
    { title },
    html`<h1>${title}</h1>
      <p>${text}</p>
      ${own === undefined ? '' : html`<p><a href="${own}">Your page</a></p>`}
      ${isOver ? '' : html`<p><a href="${place.path}">Try again</a></p>`}`,
  );
}
