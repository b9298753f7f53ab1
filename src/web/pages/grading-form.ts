// The forms of the grader's page: each says what it is for, once, and in whose name.
import { html } from 'hono/html';
import type { GradingView } from '../../flows/pages/show-grading.ts';
import type { Html } from './layout/layout.ts';
import { studentGradingPath } from './layout/links.ts';

/** `by`: who is signed in; absent where somebody holds the dashboard's token, who has to say. */
export type Grader = { nonce: string; by?: string; problem?: string };

/** A form of this page: what it is for, its fields, and the words on its button. */
export type MakeForm = (what: string, fields: Html, button: string) => Html;

export function formFor({ record, owner }: GradingView, { nonce, by }: Grader): MakeForm {
  return (what, fields, button) =>
    html`<form class="decide" method="post" action="${studentGradingPath(record.login, owner.slug)}">
      <input type="hidden" name="what" value="${what}" /><input type="hidden" name="nonce" value="${nonce}" />
      ${fields}
      ${by === undefined ? html`<label>Your name <input name="by" required maxlength="100" autocomplete="name" /></label>` : ''}
      <button>${button}</button>
    </form>`;
}
