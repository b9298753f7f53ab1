// Shipments that are due together look at their repositories together: one question for a hundred of them.
import { carriers } from '../../domain/carrier/carriers.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { StoredShipment } from '../../ports/records.ts';
import type { GitHub, Seen } from '../../ports/github.ts';

/** What was seen longer ago is asked again: too many students would have pushed in between. */
const freshMs = 120_000;
/** GitHub answers so many in one question. */
const most = 100;

type Sight = { at: number; seen: Seen | undefined };
type Looking = { sights: Map<string, Sight>; asking: Promise<void> | undefined };

/** By organisation. Only a saving: a process that has not looked yet, looks. */
const lookings = new WeakMap<FlowPorts['store'], Map<string, Looking>>();

/** What a first attempt may rely on; undefined where the carrier must look for itself. Each snapshot is consumed by one attempt. */
export async function seenBefore(
  ports: FlowPorts,
  github: GitHub,
  organisation: string,
  { shipment, attempts, stagedAt }: StoredShipment,
): Promise<Seen | undefined> {
  // Where it was staged, its branch is there: that takes a closer look.
  if (attempts > 0 || stagedAt || !carriers[shipment.carrier].inGit) return undefined;
  const looking = lookingFor(ports, organisation);
  for (;;) {
    const sight = looking.sights.get(shipment.id);
    if (sight && performance.now() - sight.at < freshMs) {
      looking.sights.delete(shipment.id);
      return sight.seen;
    }
    looking.asking ??= look(ports, github, organisation, looking, shipment).finally(() => {
      looking.asking = undefined;
    });
    await looking.asking;
  }
}

function lookingFor({ store }: FlowPorts, organisation: string): Looking {
  const all = lookings.get(store) ?? new Map<string, Looking>();
  lookings.set(store, all);
  const looking = all.get(organisation) ?? { sights: new Map(), asking: undefined };
  all.set(organisation, looking);
  return looking;
}

/** Looks for this shipment and for those that come next. */
async function look(
  { store, clock }: FlowPorts,
  github: GitHub,
  organisation: string,
  { sights }: Looking,
  { id: first, due }: Shipment,
): Promise<void> {
  const at = performance.now();
  for (const [id, sight] of sights) if (at - sight.at >= freshMs) sights.delete(id);
  // What is sent early goes with the others of its time.
  const until = new Date(Math.max(clock.now().getTime(), Date.parse(due)));
  const next = await store.nextShipments(organisation, until, { first, but: [...sights.keys()], limit: most });
  const seen = await github.prefetchHeads(next);
  for (const { shipment } of next) sights.set(shipment.id, { at, seen: seen.get(shipment.id) });
  // It may have gone from the plan since.
  if (!next.some(({ shipment }) => shipment.id === first)) sights.set(first, { at, seen: undefined });
}
