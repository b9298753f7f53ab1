// practicum dispatch: carries out one shipment again, from its JSON alone.
import { carriers as traits } from '../../domain/carrier/carriers.ts';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from '../../config.ts';
import { describeSlice } from '../../domain/messages/data-message.ts';
import { readShipment } from '../../domain/shipment/read-shipment.ts';
import type { Shipment } from '../../domain/shipment/shipment.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Io, Register } from '../options/command.ts';
import { withPorts } from '../options/with-ports.ts';
import { Failure } from '../../domain/text/failure.ts';

export const dispatch: Register = (program, io) => {
  program
    .command('dispatch')
    .description(
      'carry out one shipment again, from its JSON alone (a row of `plan --json`, or of a failed one on the dashboard)',
    )
    .argument('<shipment.json>', 'the shipment; - reads standard input')
    .option('--json', 'print the receipt as JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const text =
        file === '-' ? await readInput() : await readFile(resolve(io.cwd, file), 'utf8').catch(() => undefined);
      if (text === undefined) return refuse(io, [`there is no file ${file}`]);
      const { shipment, problems } = readShipment(text);
      if (!shipment) return refuse(io, problems);
      try {
        await carryOut(io, shipment, json === true);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refuse(io, error.sentences);
      }
    });
};

async function carryOut(io: Io, shipment: Shipment, json: boolean): Promise<void> {
  const { receipt, before } = await withPorts(io, (ports) => carry(ports, shipment));
  if (json) return io.out(`${JSON.stringify({ already: before, ...receipt })}\n`);
  io.out(
    `${before ? 'already there' : 'dispatched'}: ${shipment.release} for ${shipment.owner}, commit ${receipt.commit}\n${receipt.url}\n`,
  );
}

/** The carrier looks before it writes, so carrying again finds what is there. */
async function carry({ hooks, github, slices, courseRepository: name }: FlowPorts, shipment: Shipment) {
  const installation = (await hooks.installations()).find(
    ({ login }) => login.toLowerCase() === shipment.organisation?.toLowerCase(),
  );
  if (!installation) throw new Failure('not-installed', `the App is not installed on ${shipment.organisation}`);
  const { carriers, courseRepository, runs } = github({ login: installation.login, installationId: installation.id });
  const head = await courseRepository.head(name);
  if (!head) throw new Failure('course-missing', `${installation.login} has no repository ${name}`);
  const carrier = carriers[shipment.carrier];
  if (!carrier) throw new Failure('carrier-missing', `no carrier ${shipment.carrier} here`);
  const { directory } = await courseRepository.snapshot(name, head.commit);
  const slice = await slices.slice(shipment, directory);
  const { isMerged, inGit } = traits[shipment.carrier];
  const branch = isMerged ? shipment.branch : 'HEAD';
  const path = inGit ? shipment.path : `${shipment.path}.dvc`;
  const before = (await runs.blobs(shipment.repository, branch, [path])).has(path);
  return { receipt: await carrier.carry(shipment, slice, describeSlice(shipment, slice, { zone: 'UTC' })), before };
}

function refuse(io: Io, sentences: readonly string[]): void {
  for (const sentence of sentences) io.err(`${sentence}\n`);
  io.exit(2);
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
