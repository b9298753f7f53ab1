// The check run practicum/data: which released slices are in the commit as they were released.
import type { DataFindings } from './check-data.ts';
import { code, inline } from './escape-text.ts';
import type { Written } from './write-pipeline-check.ts';

export type DataConclusion = 'success' | 'failure' | 'neutral';

export function writeDataCheck(data: DataFindings, manifest: string): Written & { conclusion: DataConclusion } {
  const bad = data.releases.filter(({ state }) => state !== 'intact');
  const annotations = bad.map(({ path, release, state }) => ({
    // An annotation on a file that is not there would be refused; the manifest names it.
    path: state === 'missing' ? manifest : path,
    start_line: 1,
    end_line: 1,
    annotation_level: 'failure' as const,
    title: `${release} ${state}`,
    message: state === 'missing' ? `${path} was released and is not in this commit` : `${path} was altered`,
  }));
  if (data.broken !== undefined) {
    const message = `${manifest} cannot be read: ${data.broken}`;
    return {
      conclusion: 'failure',
      title: 'The list of released data is damaged',
      summary: `${inline(message)}. Restore it: ${code(`git checkout origin/HEAD -- ${manifest}`)}.`,
      text: '',
      annotations: [{ path: manifest, start_line: 1, end_line: 1, annotation_level: 'failure', message }],
    };
  }
  if (data.releases.length === 0) {
    return {
      conclusion: 'neutral',
      title: 'No data released yet',
      summary: `Released data is listed in ${code(manifest)}, which ${data.manifest === null ? 'is not here yet' : 'lists none yet'}. Nothing to do.`,
      text: '',
      annotations: [],
    };
  }
  const rows = data.releases
    .slice(0, 300)
    .map(
      ({ release, path, state }) =>
        `| ${inline(release)} | ${code(path)} | ${state === 'intact' ? '✅' : '❌'} ${state} |`,
    );
  const table = `| release | file | |\n| --- | --- | --- |\n${rows.join('\n')}`;
  if (bad.length === 0) {
    const count = data.releases.length;
    return {
      conclusion: 'success',
      title: `${count} ${count === 1 ? 'release' : 'releases'} present and unaltered`,
      summary: table,
      text: '',
      annotations,
    };
  }
  const todo = `Released data must stay unaltered: make changes in a task of the pipeline, and write its results to another file. To restore, take the file from the commit that brought it: ${code('git log --oneline -- FILE')}, then ${code('git checkout COMMIT -- FILE')}. A missing release may still wait in an open pull request.`;
  return {
    conclusion: 'failure',
    title: `${bad.length} of ${data.releases.length} releases missing or altered`,
    summary: `${todo}\n\n${table}`,
    text: '',
    annotations,
  };
}
