// Somebody appealed, or an appeal was answered: the check of the request says so, and the issue in which it was said.
import { appealAnswerMarker, describeAnswered } from '../../domain/messages/appeal-message.ts';
import { calledRequest } from '../../domain/request/request-name.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { showSilence, showVerdict } from './show-verdict.ts';

type Payload = { organisation: string; id: string };

export async function showRequest(ports: FlowPorts, { organisation, id }: Payload): Promise<void> {
  const { store, clock } = ports;
  const record = await store.course(organisation);
  const stored = await store.request(organisation, id);
  if (!record || !stored) return;
  const github = ports.github(record);
  const handed = stored.answers.findLast((answer) => answer.counted);
  if (handed) await showVerdict(github, stored, handed, clock.now());
  else if (stored.state === 'closed') await showSilence(github, stored, clock.now());
  for (const { id: appeal, issue, answer } of stored.appeals ?? []) {
    if (issue === undefined || !answer) continue;
    const text = describeAnswered(calledRequest(stored.request), answer);
    await github.dataPulls.comment(stored.repository, issue, appealAnswerMarker(appeal), text);
  }
}
