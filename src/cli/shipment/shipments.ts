// practicum shipments: what was, is and will be shipped, and steering it, on the database.
import { type Command, Option } from 'commander';
import { holdLine } from '../../domain/messages/hold-line.ts';
import { oneLine } from '../../domain/text/unseen.ts';
import { dispatchJobKey } from '../../flows/jobs/queue-jobs.ts';
import { steerShipment, type Steering } from '../../flows/shipment/steer-shipments.ts';
import type { JobStatus } from '../../ports/jobs.ts';
import type { Store } from '../../ports/store.ts';
import type { StoredShipment } from '../../ports/records.ts';
import type { Io, Register } from '../options/command.ts';
import { withStore } from '../options/with-store.ts';

type Filter = { state?: string; course?: string; challenge?: string; release?: string; owner?: string; json?: boolean };
type ListedShipment = StoredShipment & { organisation: string; job?: JobStatus };

const steerings: Record<Steering, string> = {
  resend: 'send now, whether planned, failed or cancelled; delivered shipments are left alone',
  pause: 'hold what has not been sent; it keeps its release date',
  resume: 'release what was held',
  cancel: 'never send, whatever the plan says, until resent by hand',
};

export const shipments: Register = (program, io) => {
  const command = filtered(
    program
      .command('shipments')
      .description('list shipments with state, attempts, last error and next try; hold, resend or cancel them'),
  )
    .option('--json', 'print a JSON array')
    .action((filter: Filter) => withStore(io, (store) => list(io, store, filter)));
  for (const [steering, description] of Object.entries(steerings) as [Steering, string][]) {
    filtered(command.command(steering).description(description))
      .argument('[id...]', 'ids of shipments; without any, all that the options name')
      // Options may stand before the word as well as behind it.
      .action((ids: string[], _: Filter, self: Command) => act(io, steering, ids, self.optsWithGlobals()));
  }
};

function filtered(command: Command): Command {
  return command
    .addOption(new Option('--state <state>', 'only these').choices(['planned', 'dispatched', 'failed', 'cancelled']))
    .option('--course <organisation>', 'only of this organisation')
    .option('--challenge <name>', 'only of this challenge')
    .option('--release <name>', 'only of this release')
    .option('--owner <slug>', 'only of this student or group');
}

async function find(store: Store, { state, course, challenge, release, owner }: Filter): Promise<ListedShipment[]> {
  const found: ListedShipment[] = [];
  for (const { organisation } of await store.courses()) {
    if (course !== undefined && course.toLowerCase() !== organisation) continue;
    const all = await store.shipments(organisation, challenge === undefined ? {} : { challenge });
    const shown = all.filter(
      (shipment) =>
        (state === undefined || shipment.state === state) &&
        (release === undefined || shipment.shipment.release === release) &&
        (owner === undefined || shipment.shipment.owner === owner),
    );
    const keys = shown.map(({ shipment }) => dispatchJobKey(organisation, shipment.id));
    const jobs = new Map((await store.jobs(keys)).map((job) => [job.key, job]));
    for (const [index, shipment] of shown.entries()) {
      const job = jobs.get(keys[index]!);
      found.push({ ...shipment, organisation, ...(job ? { job } : {}) });
    }
  }
  return found;
}

async function list(io: Io, store: Store, filter: Filter): Promise<void> {
  const rows = (await find(store, filter)).map(present);
  // Beside the table, not in it: whoever reads it by machine is not disturbed.
  for (const hold of await store.holds()) io.err(`${holdLine(hold, 'UTC')}\n`);
  if (filter.json) return io.out(`${JSON.stringify(rows, undefined, 2)}\n`);
  if (rows.length === 0) return io.err('no shipments\n');
  const lines = rows.map(({ id, state, held, attempts, due, challenge, release, repository, nextTry, lastError }) =>
    [
      id,
      (held ?? state).padEnd(10),
      String(attempts).padStart(2),
      due,
      `${challenge} ${release}`,
      repository,
      nextTry === undefined || held !== undefined ? '' : `next try ${nextTry}`,
      lastError === undefined ? '' : oneLine(lastError),
    ]
      .filter(Boolean)
      .join('  '),
  );
  io.out(`${lines.join('\n')}\n`);
}

function present({ organisation, shipment, state, attempts, lastError, dispatchedAt, receipt, job }: ListedShipment) {
  const { id, challenge, release, owner, repository, carrier, due, path } = shipment;
  const held: { held?: string } = job && job.state !== 'open' ? { held: job.state } : {};
  return {
    id,
    organisation,
    challenge,
    release,
    owner,
    repository,
    carrier,
    path,
    due,
    state,
    ...held,
    attempts,
    ...(lastError === undefined ? {} : { lastError }),
    ...(job?.state === 'open' ? { nextTry: job.nextTry.toISOString() } : {}),
    ...(dispatchedAt === undefined ? {} : { dispatchedAt: dispatchedAt.toISOString() }),
    ...(receipt === undefined ? {} : { receipt }),
  };
}

async function act(io: Io, steering: Steering, ids: readonly string[], filter: Filter): Promise<void> {
  const named = Object.keys(filter).some((name) => name !== 'json');
  if (ids.length === 0 && !named) {
    io.err(`name shipments by their ids, or by --challenge, --release, --owner or --state\n`);
    return io.exit(2);
  }
  await withStore(io, async (store) => {
    const found = await find(store, filter);
    const chosen = ids.length === 0 ? found : found.filter(({ shipment }) => ids.includes(shipment.id));
    for (const id of ids) {
      if (chosen.some(({ shipment }) => shipment.id === id)) continue;
      io.err(`${id} is not known\n`);
      io.exit(1);
    }
    for (const { organisation, shipment } of chosen) {
      const { done, said } = await steerShipment(store, organisation, shipment.id, steering, io.now());
      const line = `${shipment.id} ${shipment.release} for ${shipment.owner} ${said}\n`;
      if (done) io.out(line);
      else {
        io.err(line);
        // Among all that the options name, some are as wanted already.
        if (ids.length > 0) io.exit(1);
      }
    }
  });
}
