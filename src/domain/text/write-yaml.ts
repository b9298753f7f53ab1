// Plain data → YAML text, for the files that the software itself writes.
import { stringify } from 'yaml';

/** Maps keep their order; lines are not folded. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}

/** A value on one line, as YAML of any version reads it. */
export function flowYaml(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, version: '1.1', defaultStringType: 'PLAIN' }).trim();
}
