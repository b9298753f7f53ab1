// Reads the report of `pynblint … -o pynblint.json`, of a repository or of a single notebook.
import { z } from 'zod';

const notebook = z.looseObject({
  notebook_metadata: z.looseObject({ notebook_name: z.string() }),
  lints: z.array(z.looseObject({ slug: z.string() })),
});
const repository = z.looseObject({ notebook_level_lints: z.array(notebook) });

export type NotebookFindings = { name: string; findings: string[] };

/** What it says of the repository at large (its versions, its dependencies) other steps judge. */
export function readPynblint(text: string): { notebooks: NotebookFindings[] } | { unreadable: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { unreadable: 'it is not JSON' };
  }
  const whole = repository.safeParse(parsed);
  const zodSafeParseResult = notebook.safeParse(parsed);
  const found = whole.success
    ? whole.data.notebook_level_lints
    : zodSafeParseResult.success
      ? [zodSafeParseResult.data]
      : undefined;
  if (!found) return { unreadable: 'it is no report of Pynblint' };
  return {
    notebooks: found.map(({ notebook_metadata, lints }) => ({
      name: notebook_metadata.notebook_name,
      findings: lints.map(({ slug }) => slug),
    })),
  };
}
