// YAML that a student wrote, as a value or as a reason.
import { readYamlValue } from '../text/parse-yaml.ts';

const LARGEST = 300_000;

export function parseYaml(text: string): { value: unknown } | { unreadable: string } {
  if (text.length > LARGEST) return { unreadable: `longer than ${LARGEST} characters` };
  const read = readYamlValue(text, { maxBytes: LARGEST });
  if ('value' in read) return read;
  const { line, message } = read.problems[0]!;
  return { unreadable: `line ${line}: ${message}` };
}
