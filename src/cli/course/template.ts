// practicum template status: what became of the template's last change in every student repository.
import type { StoredTemplateUpdate } from '../../ports/repository.ts';
import { withStore } from '../options/with-store.ts';
import type { Io, Register } from '../options/command.ts';
import { alignColumns, toJson } from '../placement/output.ts';

export const template: Register = (program, io) => {
  const group = program.command('template').description('how changes of the template reach student repositories');
  group
    .command('status')
    .description(
      'the last update of every repository: committed, proposed, conflict, merged, refused, current or unknown',
    )
    .option('--organisation <login>', 'only this organisation')
    .option('--all', 'every update, not only the last of each repository')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nReads the database (DATABASE_URL, or the one below PRACTICUM_HOME). Exit code 1: some wait for a person.',
    )
    .action((options: Options) => showStatus(io, options));
};

type Options = { organisation?: string; all?: boolean; json?: boolean };
type Line = StoredTemplateUpdate & { organisation: string };

async function showStatus(io: Io, { organisation, all, json }: Options): Promise<void> {
  await withStore(io, async (store) => {
    const courses =
      organisation === undefined ? (await store.courses()).map((course) => course.organisation) : [organisation];
    const lines: Line[] = [];
    for (const course of courses)
      lines.push(...(await store.templateUpdates(course)).map((update) => ({ organisation: course, ...update })));
    const shown = all ? lines : lastOfEach(lines);
    io.out(json ? toJson(shown) : print(shown));
    io.exit(shown.some(({ state }) => state === 'conflict' || state === 'unknown') ? 1 : 0);
  });
}

function lastOfEach(lines: readonly Line[]): Line[] {
  return [...new Map(lines.map((line) => [`${line.organisation}/${line.repository}`, line])).values()];
}

function print(lines: readonly Line[]): string {
  if (lines.length === 0) return 'The template has not changed since repositories were made from it.\n';
  const rows = lines.map((line) => [
    `${line.organisation}/${line.repository}`,
    line.templateSha.slice(0, 7),
    line.state,
    line.pullRequest === undefined ? '-' : `#${line.pullRequest}`,
    line.conflicts.join('; ') || '-',
  ]);
  const counts = new Map<string, number>();
  for (const { state } of lines) counts.set(state, (counts.get(state) ?? 0) + 1);
  const sum = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  return `${alignColumns([['repository', 'template', 'state', 'pull', 'to settle'], ...rows])}\n${sum}\n`;
}
