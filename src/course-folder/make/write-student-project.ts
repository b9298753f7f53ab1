// Beside a new challenge, what its student template needs: copied over templates/student, that project fits the data.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { firstRows } from '../../dataset/propose/release-ends.ts';
import { type Proposal, renderSchema } from '../../domain/propose/propose-course.ts';
import { renderDatasetCard, renderModelCard } from '../../domain/propose/student-cards.ts';
import { renderExample, renderParams, renderSample, samplePath } from '../../domain/propose/student-project.ts';
import { taskOf } from '../../domain/propose/task.ts';

const sampleRows = 100;

/** `slice` is the first release: its rows are students' anyway. The paths, relative to the course; none without a target. */
export async function writeStudentProject(
  root: string,
  proposal: Proposal,
  slice: string,
  work: string,
): Promise<string[]> {
  const task = taskOf(proposal);
  if (task === undefined) return [];
  const { columns, rows } = await firstRows(slice, sampleRows, work, proposal.latin ? 'latin1' : 'utf8');
  const sample = Buffer.from(renderSample(columns, rows, proposal), proposal.latin ? 'latin1' : 'utf8');
  const files: [string, string | Buffer][] = [
    ['params.yaml', renderParams(proposal, task)],
    ['data/schema.yml', renderSchema(proposal)],
    [samplePath, sample],
    ['tests/example_request.json', renderExample(rows, proposal)],
    ['MODEL_CARD.md', renderModelCard(proposal, task)],
    ['DATASET_CARD.md', renderDatasetCard(proposal, task)],
  ];
  const written: string[] = [];
  for (const [path, content] of files) {
    const whole = `challenges/${proposal.name}/student/${path}`;
    await mkdir(dirname(join(root, whole)), { recursive: true });
    await writeFile(join(root, whole), content, { flag: 'wx' });
    written.push(whole);
  }
  return written;
}
