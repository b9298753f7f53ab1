// The reference of a YAML file as Markdown, made from its JSON Schema: one table per mapping, nothing written twice.
import type { JsonSchema } from './json-schema.ts';

/** `prelude` comes after the title: what the schema cannot say. */
export function documentSchema(schema: JsonSchema, prelude: string): string {
  const sections = new Map<string, { places: string[]; body: string }>();
  describe(schema, '', sections);
  const written = [...sections.values()].map(({ places, body }) => {
    const title = places[0] === '' ? 'At the top' : places.map((place) => `\`${place}\``).join(', ');
    return `## ${title}\n\n${body}`;
  });
  return `# ${schema.title ?? ''}\n\n${schema.description ?? ''}\n\n${prelude.trim()}\n\n${written.join('\n\n')}\n`;
}

/** Mappings that are alike share one section. */
function describe(schema: JsonSchema, path: string, sections: Map<string, { places: string[]; body: string }>): void {
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => row(key, value, schema));
  const about = path === '' || !schema.description ? [] : [schema.description, ''];
  const body = [...about, '| key | value | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const known = sections.get(body);
  if (known) known.places.push(path);
  else sections.set(body, { places: [path], body });
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    for (const [place, inner] of mappingsIn(value, path === '' ? key : `${path}.${key}`))
      describe(inner, place, sections);
  }
}

/** Kinds that the prelude explains. */
const explained = new Set(['duration', 'date and time', 'number or percentage']);

function row(key: string, value: JsonSchema, parent: JsonSchema): string {
  const fallback = value.default === undefined || JSON.stringify(value.default) === '{}' ? '' : code(value.default);
  const needed = parent.required?.includes(key) && value.default === undefined ? ' **(needed)**' : '';
  const example = explained.has(kind(value)) ? undefined : value.examples?.[0];
  const shown =
    example === undefined || value.description?.includes(String(example)) ? '' : ` Such as ${code(example)}.`;
  return `| \`${key}\`${needed} | ${cell(kind(value))} | ${cell(fallback)} | ${cell(`${value.description ?? ''}${shown}`)} |`;
}

/** The mappings with keys of their own that a value may be or contain. */
function mappingsIn(value: JsonSchema, path: string): [string, JsonSchema][] {
  if (value.properties) return [[path, value]];
  const inner = [
    ...(value.anyOf ?? []).flatMap((jsonSchema) => mappingsIn(jsonSchema, path)),
    ...(value.items ? mappingsIn(value.items, `${path}[]`) : []),
  ];
  const seen = new Set<string>();
  return inner.filter(([place, schema]) => {
    const keys = `${place}:${Object.keys(schema.properties ?? {}).join()}`;
    return !seen.has(keys) && seen.add(keys);
  });
}

function kind(value: JsonSchema): string {
  if (value.enum) return value.enum.map(code).join(', ');
  if (value.const !== undefined) return code(value.const);
  if (value.anyOf) return [...new Set(value.anyOf.map(kind))].join(' or ');
  if (value.type === 'array') return value.items ? `list of ${kind(value.items)}` : 'list';
  if (value.type === 'object') return 'mapping';
  if (value.type === 'integer') return 'whole number';
  if (Array.isArray(value.type)) return value.type.map((type) => kind({ type })).join(' or ');
  if (value.type !== 'string') return value.type ?? 'any';
  return textKind(value);
}

function textKind({ pattern }: JsonSchema): string {
  if (pattern?.includes('ms|s|m|h|d|w')) return 'duration';
  if (pattern?.includes('[T ]')) return 'date and time';
  if (pattern?.includes('%')) return 'percentage';
  return 'text';
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
