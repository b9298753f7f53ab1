// The staff's channel hears what began to be wrong and what is over: each once, whichever process sees it first.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { whatIsWrong } from './what-is-wrong.ts';

/** Does nothing where no channel is set. What could not be said is said the next time. */
export async function tellStaff({ store, clock, tellStaff: tell }: FlowPorts): Promise<void> {
  if (!tell) return;
  const now = clock.now();
  const wrong = whatIsWrong(await store.figures(now), now).filter(({ staff }) => staff);
  const known = await store.staffNotices();
  const begun = wrong.filter(({ key }) => !known.some((fault) => fault.key === key));
  const over = known.filter(({ key }) => !wrong.some((trouble) => trouble.key === key));
  if (begun.length === 0 && over.length === 0) return;
  const lines = [
    ...begun.map(({ text }) => `Practicum: ${text}`),
    ...over.map(({ said }) => `Practicum: over: ${said}`),
  ];
  await tell(lines.join('\n'));
  await store.saveStaffNotices(
    begun.map(({ key, text }) => ({ key, said: text })),
    over.map(({ key }) => key),
    now,
  );
}
