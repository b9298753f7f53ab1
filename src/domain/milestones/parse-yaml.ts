// YAML that a student wrote, as a value or as a reason; alias bombs are refused.
import { parseDocument } from 'yaml';

const LARGEST = 300_000;

export function parseYaml(text: string): { value: unknown } | { unreadable: string } {
  if (text.length > LARGEST) return { unreadable: `longer than ${LARGEST} characters` };
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) return { unreadable: error.message };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (failure) {
    return { unreadable: failure instanceof Error ? failure.message : String(failure) };
  }
}
