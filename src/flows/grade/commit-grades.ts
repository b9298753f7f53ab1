// Somebody wants the grades in the course repository: the gradebook as of that moment, in every form, in one commit.
import { EXPORT_FORMATS, exportGrades } from '../../domain/grade/grades-export.ts';
import { describeGrades } from '../../domain/messages/grades-commit.ts';
import type { Job } from '../../ports/job-map.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from '../course/in-force.ts';
import { readGradebook } from './read-gradebook.ts';

type Payload = { organisation: string; at: string };

/** Each moment is a job of its own, and one commit. */
export function gradesJob(organisation: string, at: Date): Job {
  const key = organisation.toLowerCase();
  const moment = at.toISOString();
  return {
    key: `commit-grades/${key}/${moment}`.toLowerCase(),
    name: 'commit-grades',
    payload: { organisation: key, at: moment },
    dueAt: at,
  };
}

export async function commitGrades({ store, github }: FlowPorts, { organisation, ...payload }: Payload): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found) return;
  const { record, course } = found;
  const at = new Date(payload.at);
  const book = await readGradebook(store, { ...found, organisation, now: at });
  const files = EXPORT_FORMATS.map((format) => ({
    path: `grades/${format === 'csv' ? 'gradebook' : format}.csv`,
    content: exportGrades(book, format),
  }));
  await github(record).courseRepository.commit(record.repository, { ...describeGrades(at, course.timezone), files });
}
