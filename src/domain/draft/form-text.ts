// The form of a challenge and its text are two sights of one file: what was changed in the form is changed in the text.
import { editYaml, type YamlChange } from '../text/edit-yaml.ts';
import { readYamlValue } from '../text/parse-yaml.ts';
import { isMapping, valueAt } from '../text/value-at.ts';
import { flowYaml } from '../text/write-yaml.ts';
import { fields, groups, type Field, type Group } from './fields.ts';

/** By the name of the field, `requests.0.kind`: what it shows. Absent and empty are the same. */
export type FormValues = Readonly<Record<string, string>>;
export type FieldFault = { field: string; message: string };

export type Draft = {
  text: string;
  values: FormValues;
  /** What the form shows of the text alone: what differs from it was typed. */
  shown: FormValues;
  /** What was typed into a field and could not be written. */
  faults: FieldFault[];
};

type Step = string | number;
type Place = { name: string; path: Step[]; field: Field };

const mostRows = 60;
const mostLetters = 20_000;

/** What the form shows of a text; undefined where the text is no YAML. */
export function readForm(text: string): FormValues | undefined {
  const read = readYamlValue(text);
  if (!('value' in read)) return undefined;
  const shown = placesIn(read.value).map(({ name, path, field }) => [name, show(valueAt(read.value, path), field)]);
  return Object.fromEntries(shown.filter(([, one]) => one !== ''));
}

/** `shown` is what the form held when it was sent out: what differs from it was typed, and is written into the text. */
export function mergeForm({ text, form, shown }: { text: string; form: FormValues; shown: FormValues }): Draft {
  const typed = Object.entries(form).filter(([name, value]) => tidy(value) !== tidy(shown[name] ?? ''));
  const present = readForm(text);
  if (!present) return { text, values: { ...form }, shown, faults: [] };
  const changed = Object.fromEntries(typed.map(([name, value]) => [name, tidy(value)]));
  const { value } = readYamlValue(text) as { value: unknown };
  const faults: FieldFault[] = [];
  // Rows first: a field may be what turns the short form of a list into the long one.
  const changes = [
    ...groups.flatMap((group) => groupChanges(group, value, changed, faults)),
    ...fieldChanges(value, changed, faults),
  ];
  const edited = editYaml(text, changes);
  if (!('text' in edited)) {
    const message = edited.problems[0]!.message;
    return {
      text,
      values: { ...present, ...changed },
      shown: present,
      faults: typed.map(([field]) => ({ field, message })),
    };
  }
  const kept = faults.map(({ field }) => [field, changed[field]!]);
  const after = readForm(edited.text) ?? {};
  return { text: edited.text, values: { ...after, ...Object.fromEntries(kept) }, shown: after, faults };
}

/** The fields of a text with where they stand in it. Points are at `score.data`, or below it with the trust beside them. */
export function placesIn(value: unknown): Place[] {
  const plain = fields.map((field) => ({ name: field.key, path: pathOf(value, field.key), field }));
  const listed = groups.flatMap((group) => {
    const path = pathOf(value, group.key);
    return rowsAt(value, path).flatMap((_, row) => rowPlaces(group, path, row));
  });
  return [...plain, ...listed];
}

export function rowPlaces(group: Group, path: readonly Step[], row: number): Place[] {
  return group.fields.map((field) => ({
    name: `${group.key}.${row}.${field.key}`,
    path: [...path, row, field.key],
    field,
  }));
}

/** How many rows of a group the form shows, the empty one left out. */
export function rowCount(group: Group, values: FormValues): number {
  const rows = Object.keys(values).flatMap((name) => {
    const row = name.startsWith(`${group.key}.`) ? /^\d+(?=\.)/.exec(name.slice(group.key.length + 1)) : null;
    return row ? [Number(row[0]) + 1] : [];
  });
  return Math.min(mostRows, Math.max(0, ...rows));
}

function pathOf(value: unknown, key: string): Step[] {
  const path = key.split('.');
  // The short way to write a list of releases.
  if (key === 'releases.list' && Array.isArray(valueAt(value, ['releases']))) return ['releases'];
  if (path[0] === 'score' && isMapping(valueAt(value, path))) return [...path, 'points'];
  return path;
}

function rowsAt(value: unknown, path: readonly Step[]): unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list.slice(0, mostRows) : [];
}

function fieldChanges(value: unknown, changed: FormValues, faults: FieldFault[]): YamlChange[] {
  return fields.flatMap((field) => {
    const text = changed[field.key];
    return text === undefined ? [] : changeOf({ name: field.key, path: pathOf(value, field.key), field }, text, faults);
  });
}

function groupChanges(group: Group, value: unknown, changed: FormValues, faults: FieldFault[]): YamlChange[] {
  const path = pathOf(value, group.key);
  const present = rowsAt(value, path);
  const changes: YamlChange[] = [];
  const removed: YamlChange[] = [];
  let added = present.length;
  for (let row = 0; row < rowCount(group, changed); row++) {
    const places = rowPlaces(group, path, row);
    const touched = places.filter(({ name }) => changed[name] !== undefined);
    if (touched.length === 0) continue;
    const written = touched.flatMap((place) => changeOf(place, changed[place.name]!, faults));
    if (row >= present.length) {
      const filled = written
        .filter((yamlChange) => yamlChange.value !== undefined)
        .map((yamlChange) => [yamlChange.path.at(-1)!, yamlChange.value]);
      if (filled.length > 0) changes.push({ path: [...path, added++], value: Object.fromEntries(filled) });
    } else if (isEmptied(group, present[row], places, changed)) removed.unshift({ path: [...path, row] });
    else changes.push(...written);
  }
  return [...changes, ...removed];
}

/** Without its kind a row says nothing; a release says nothing without rows and conditions. */
function isEmptied(group: Group, row: unknown, places: readonly Place[], changed: FormValues): boolean {
  const keys = group.key === 'releases.list' ? ['rows', 'where'] : [group.fields[0]!.key];
  return places
    .filter(({ field }) => keys.includes(field.key))
    .every(({ name, field }) => (changed[name] ?? show(valueAt(row, [field.key]), field)) === '');
}

function changeOf({ name, path, field }: Place, typed: string, faults: FieldFault[]): YamlChange[] {
  if (typed === '') return [{ path }];
  const read = parseTyped(typed, field);
  if ('value' in read) return [{ path, value: read.value }];
  faults.push({ field: name, message: read.fault });
  return [];
}

function parseTyped(typed: string, { kind }: Field): { value: unknown } | { fault: string } {
  if (typed.length > mostLetters) return { fault: 'this is too long for a field: write it in the text' };
  if (kind === 'words') return { value: typed };
  if (kind === 'list' && !typed.startsWith('[')) {
    return {
      value: typed
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    };
  }
  const read = readYamlValue(typed);
  if ('value' in read && !typed.includes('\n')) return { value: plain(read.value) };
  return { fault: `\`${typed.slice(0, 80)}\` cannot be read as a value` };
}

/** Mappings as they were read have no prototype, which not everybody expects. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function show(value: unknown, { kind }: Field): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return tidy(value);
  if (kind === 'list' && Array.isArray(value) && value.every((item) => typeof item === 'string' && isWord(item)))
    return value.join(', ');
  return flowYaml(plain(value));
}

const isWord = (text: string): boolean => text.trim() === text && text !== '' && !/[,[\]"'\n]/.test(text);
/** As a browser sends it back. */
const tidy = (text: string): string => text.replaceAll('\r\n', '\n').trim();
