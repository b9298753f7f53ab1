// A challenge is written: the form, the text that it writes, and beside both what they would mean.
import { html } from 'hono/html';
import { fields, groups, sections } from '../../domain/draft/fields.ts';
import type { Draft } from '../../domain/draft/form-text.ts';
import type { Problem } from '../../domain/text/problem.ts';
import type { DraftPlace } from '../../flows/draft/open-draft.ts';
import type { DraftPreview } from '../../flows/draft/preview-draft.ts';
import type { Upload } from '../../ports/drafts.ts';
import { dataList, fieldInput, groupRows, type FieldProblems } from './challenge/field.ts';
import { previewPart } from './challenge/preview.ts';
import { layout, type Html } from './layout/layout.ts';
import { challengePath, outward } from './layout/links.ts';
import { draftScriptPath } from './layout/scripts.ts';

export type DraftPageView = {
  login: string;
  place: DraftPlace;
  draft: Draft;
  preview: DraftPreview;
  /** At which field each problem is said. */
  fields: ReadonlyMap<string, readonly Problem[]>;
  upload?: Upload;
  notes?: readonly string[];
  /** Why it was not saved. */
  refused?: string;
};

export function challengeFormPage(view: DraftPageView): Html {
  const { login, place, draft, preview, refused } = view;
  const isNew = place.challenge === undefined;
  const action = challengePath(login, place.challenge ?? 'new', isNew ? '' : '/edit');
  const title = isNew ? 'New challenge' : `Edit ${place.challenge}`;
  const fieldOf = new Map([...view.fields].flatMap(([name, own]) => own.map((problem) => [problem, name] as const)));
  return layout(
    { title: `${title} · ${login}`, login, section: 'challenges', script: draftScriptPath },
    html`<h1>${title}</h1>
      ${refused === undefined ? '' : html`<p class="panel alert" role="alert">${refused}</p>`}
      ${isNew ? uploadPart(view) : ''}
      <div class="beside">
        <form method="post" action="${action}" id="draft" class="draft">
          ${formPart(view)}
          <h2><label for="text">${preview.path}</label></h2>
          <p class="dim" id="text-hint">
            The file itself. What you change here stands in the form after the preview, and the other way round; where
            both were changed, the form wins. Comments and other keys stay.
          </p>
          <textarea
            id="text"
            name="text"
            rows="24"
            spellcheck="false"
            autocapitalize="off"
            aria-describedby="text-hint"
          >
${draft.text}</textarea>
          ${hidden(view)}
          <p class="buttons">
            <button name="do" value="preview" formaction="${action}#preview">Preview</button>
            <button name="do" value="save">Propose as a pull request</button>
            <span id="live" role="status" class="dim"></span>
          </p>
          <p class="dim">Nothing is in force until the pull request is merged.</p>
        </form>
        <section id="preview" aria-label="Preview">${previewPart(preview, draft.text, fieldOf)}</section>
      </div>`,
  );
}

/** After saving: where the pull request is. */
export function challengeProposedPage(
  login: string,
  { outcome, number, url, challenge }: { outcome: 'opened' | 'known'; number: number; url: string; challenge: string },
): Html {
  return layout(
    { title: `Proposed · ${login}`, login },
    html`<h1>${outcome === 'opened' ? 'Proposed' : 'Proposed already'}</h1>
      <p>
        ${outcome === 'opened' ? 'A pull request was opened' : 'There is a pull request with just this'}:
        ${outward(url, `#${number}`)}. Its check <em>plan</em> says what merging it would mean. Nothing changes before.
      </p>
      <p><a href="${challengePath(login, challenge)}">The page of the challenge</a> follows it once it is merged.</p>`,
  );
}

function uploadPart({ login, upload, notes = [] }: DraftPageView): Html {
  const done = upload
    ? html`<p>
          <strong>${upload.name}</strong>, ${upload.bytes} bytes, goes into the pull request, or a copy that is changed
          as is said here. What was assumed of it:
        </p>
        <ul>
          ${notes.map((note) => html`<li>${note.replaceAll('`', '')}</li>`)}
        </ul>`
    : html`<p>Begin with your data, and a challenge is proposed from it; or fill in the form.</p>`;
  return html`<section class="panel">
    <h2>Data</h2>
    ${done}
    <form method="post" action="${challengePath(login, 'new', '/upload')}" enctype="multipart/form-data" class="tools">
      <label>
        ${upload ? 'Another file' : 'A file'}, 16 MB at most: CSV, JSON lines, JSON or Parquet
        <input type="file" name="file" required />
      </label>
      <button>Upload</button>
    </form>
  </section>`;
}

function formPart({ draft: { values, faults }, fields: placed, preview }: DraftPageView): Html {
  const said: FieldProblems = new Map(
    [...new Set([...placed.keys(), ...faults.map(({ field }) => field)])].map((name) => [
      name,
      [
        ...faults.filter(({ field }) => field === name).map(({ message }) => `${message}.`),
        ...(placed.get(name) ?? []).map(({ message, hint }) => `${message}${hint === undefined ? '' : ` (${hint})`}.`),
      ],
    ]),
  );
  return html`${sections.map(
    ({ legend, fields: own, groups: lists = [] }) =>
      html`<fieldset>
        <legend>${legend}</legend>
        <div class="fields">${own.map((field) => fieldInput(field, field.key, values, said))}</div>
        ${lists.map((group) => groupRows(group, values, said))}
      </fieldset>`,
  )}
  ${dataList('columns', preview.columns)} ${dataList('files', preview.sources)}
  ${[...fields, ...groups.flatMap((group) => group.fields)].flatMap(({ key, choices }) =>
    choices ? [dataList(`choices-${key}`, choices)] : [],
  )}`;
}

/** What the page needs to be told again: against what it was opened, and what the form showed. */
function hidden({ place: { commit, base, upload }, draft }: DraftPageView): Html {
  const all = { commit, base, upload: upload ?? '', shown: JSON.stringify(draft.shown) };
  return html`${Object.entries(all).map(([name, value]) => html`<input type="hidden" name="${name}" id="h-${name}" value="${value}" />`)}`;
}
