// One field of the form of a challenge, with what is wrong with it below.
import { html } from 'hono/html';
import type { Field, Group } from '../../../domain/draft/fields.ts';
import { rowCount, type FormValues } from '../../../domain/draft/form-text.ts';
import type { Html } from '../layout/layout.ts';

/** What is said at each field, by its name. */
export type FieldProblems = ReadonlyMap<string, readonly string[]>;

export const fieldId = (name: string): string => `f-${name}`;

export function fieldInput(field: Field, name: string, values: FormValues, said: FieldProblems): Html {
  const wrong = said.get(name) ?? [];
  const id = fieldId(name);
  const described = [...(field.hint ? [`${id}-hint`] : []), ...(wrong.length > 0 ? [`${id}-wrong`] : [])].join(' ');
  const list = field.choices ? `choices-${field.key}` : field.of;
  return html`<div class="field">
    <label for="${id}">${field.label}</label>
    <input
      id="${id}"
      name="f.${name}"
      value="${values[name] ?? ''}"
      autocomplete="off"
      ${list === undefined ? '' : html`list="${list}"`}
      ${described === '' ? '' : html`aria-describedby="${described}"`}
      ${wrong.length > 0 ? html`aria-invalid="true"` : ''}
    />
    ${field.hint ? html`<small id="${id}-hint">${field.hint}</small>` : ''}
    <p class="wrong" id="${id}-wrong">${wrong.join(' ')}</p>
  </div>`;
}

export function groupRows(group: Group, values: FormValues, said: FieldProblems): Html {
  const rows = rowCount(group, values);
  const own = said.get(group.key) ?? [];
  const row = (index: number): Html =>
    html`<fieldset class="row">
      <legend>${group.legend} ${index + 1}</legend>
      <div class="fields">
        ${group.fields.map((field) => fieldInput(field, `${group.key}.${index}.${field.key}`, values, said))}
      </div>
    </fieldset>`;
  return html`<details ${rows > 0 || own.length > 0 ? 'open' : ''} id="g-${group.key}">
    <summary>${group.legend}s: ${rows === 0 ? 'none' : rows}</summary>
    <p class="dim">${group.hint}</p>
    ${own.length === 0 ? '' : html`<p class="wrong">${own.join(' ')}</p>`}
    ${Array.from({ length: rows }, (_, index) => row(index))}
    <details>
      <summary>${rows === 0 ? 'Add one' : 'Add another'}</summary>
      ${row(rows)}
    </details>
  </details>`;
}

export function dataList(id: string, values: readonly string[]): Html {
  return html`<datalist id="${id}">
    ${values.slice(0, 500).map((value) => html`<option value="${value}"></option>`)}
  </datalist>`;
}
