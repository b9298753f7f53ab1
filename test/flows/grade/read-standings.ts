// The gradebook as the pages have it: brought up to date by the job, and read back.
import { scorePolicy } from '../../../src/domain/evidence/policy.ts';
import { buildGradebook, type Gradebook } from '../../../src/domain/grade/gradebook.ts';
import { keepStandings } from '../../../src/flows/grade/keep-standings.ts';
import type { Wanted } from '../../../src/flows/grade/read-gradebook.ts';
import type { FlowPorts } from '../../../src/ports/flow-ports.ts';
import type { Store } from '../../../src/ports/store.ts';

export async function readStandings(store: Store, wanted: Wanted): Promise<Gradebook> {
  const { organisation, course, challenges, owners, now } = wanted;
  await keepStandings({ store, clock: { now: () => now } } as FlowPorts, { organisation });
  const names = challenges.map(({ name }) => name);
  const selection = { sort: 'name', descending: false, text: '' } as const;
  const { rows } = await store.findGrades(organisation, names, selection, { from: 0, limit: 1_000_000 });
  const inOrder = names.flatMap((challenge) =>
    owners.flatMap(({ slug }) => rows.filter((row) => row.challenge === challenge && row.owner === slug)),
  );
  const policies = challenges.map((challenge) => scorePolicy(challenge, course));
  return { ...buildGradebook({ policies, owners: [], shipments: [], evidence: [], now }), rows: inOrder };
}
