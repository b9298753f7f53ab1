// The frame of every page: readable without JavaScript, in light and dark, on a phone, by keyboard.
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { stylePath } from './style.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const sections = {
  course: 'Course',
  challenges: 'Challenges',
  gradebook: 'Gradebook',
  grading: 'Grading',
  enrol: 'Enrolment',
  shipments: 'Shipments',
  placement: 'Placement',
} as const;
export type Section = keyof typeof sections;

/** `login` shows the way to the course's other pages: only for the staff. */
export type Frame = {
  title: string;
  login?: string;
  section?: Section;
  /** White space means nothing in it: no text is preformatted, no value of a form has lines. */
  compact?: true;
  /** Address of a script that makes the page live; it works without. */
  script?: string;
};

export function layout({ title, login, section, script, compact }: Frame, body: Html): Html {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Practicum</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${stylePath}" />
        ${script === undefined ? '' : html`<script type="module" src="${script}"></script>`}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header><a href="/">Practicum</a>${login === undefined ? '' : menu(login, section)}</header>
        <main id="main">${body}</main>
      </body>
    </html>`;
  return compact ? unindented(page) : page;
}

/** Indentation is an eighth of a page. */
function unindented(page: Html): Html {
  return page instanceof Promise ? page : raw(page.replaceAll(/\n\s+/g, '\n'));
}

function menu(login: string, section: Section | undefined): Html {
  const root = `/${encodeURIComponent(login)}`;
  const item = (name: Section): Html => {
    const current = name === section ? html` aria-current="page"` : '';
    return html`<li><a href="${name === 'course' ? root : `${root}/${name}`}" ${current}>${sections[name]}</a></li>`;
  };
  return html`<nav aria-label="Course">
    <ul>
      ${(Object.keys(sections) as Section[]).map(item)}
    </ul>
  </nav>`;
}
