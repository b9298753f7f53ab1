// Student repositories differ from what the course wants: the one issue about them says what only the teacher can decide.
import {
  describeRepositories,
  isForTeacher,
  nothingDiffers,
  repositoriesMarker,
} from '../../domain/messages/repositories-message.ts';
import { rosterLines } from '../../domain/course/roster-lines.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { inForce } from './in-force.ts';

export async function reportRepositories(
  { store, github }: FlowPorts,
  { organisation }: { organisation: string },
): Promise<void> {
  const found = await inForce(store, organisation);
  if (!found || found.record.installationId === 0) return;
  const { record, course, owners } = found;
  const lines = rosterLines(record.files[course.roster] ?? '');
  const differing = (await store.differingRepositories(organisation))
    .filter(({ differences = [] }) => differences.some(isForTeacher))
    .map(({ name, owner, differences = [] }) => {
      const members = owners.find(({ slug }) => slug === owner)?.members ?? [];
      return { name, owner, differences, lines: members.flatMap(({ login }) => lines.get(login.toLowerCase()) ?? []) };
    });
  const { issues } = github(record);
  if (differing.length === 0) await issues.close(record.repository, repositoriesMarker, nothingDiffers);
  else
    await issues.show(
      record.repository,
      repositoriesMarker,
      describeRepositories(differing, course.roster, course.timezone),
    );
}
