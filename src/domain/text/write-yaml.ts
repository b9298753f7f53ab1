// Plain data → YAML text, for the files that the software itself writes.
import { stringify } from 'yaml';

/** Maps keep their order; lines are not folded. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
