// Answers of the interface for machines, held against its own description: status, every field and its type, and nothing beyond.
import { Ajv2020 } from 'ajv/dist/2020.js';

type Described = {
  paths: Record<string, Record<string, { responses: Record<string, { content: Content }> }>>;
  components: { schemas: Record<string, Schema> };
};
type Content = { 'application/json': { schema: object } };
type Schema = { properties?: Record<string, unknown>; [key: string]: unknown };

/** What is wrong with an answer; undefined when it is as described. */
export function checkAnswer(
  described: Described,
  method: 'get' | 'post',
  path: string,
  answer: { status: number; body: unknown },
): string | undefined {
  const response = described.paths[path]?.[method]?.responses[String(answer.status)];
  if (!response) return `${method} ${path}: ${answer.status} is not described`;
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'openapi', components: closed(described.components) });
  const { $ref } = response.content['application/json'].schema as { $ref: string };
  const validate = ajv.compile({ $ref: `openapi${$ref}` });
  return validate(answer.body) ? undefined : `${method} ${path} ${answer.status}: ${ajv.errorsText(validate.errors)}`;
}

/** The same schemas, in which a field that is not described is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  const isObject = 'properties' in copy && !('additionalProperties' in copy);
  return isObject ? { ...copy, additionalProperties: false } : copy;
}
