// practicum place: puts the pipeline of a repository into the queue of its organisation, or takes it out.
import { randomBytes } from 'node:crypto';
import { ConfigError } from '../../config.ts';
import { placers } from '../../domain/placement/placers/placers.ts';
import { suggest } from '../../domain/text/suggest.ts';
import { inForce } from '../../flows/course/in-force.ts';
import { placedChallenge, submitJob, withdrawJob } from '../../flows/placement/place-pipeline.ts';
import { findSubmitted } from '../../flows/placement/read-submission.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { Io, Register } from '../options/command.ts';
import { withPorts } from '../options/with-ports.ts';

type Options = { ref?: string; placer?: string; high?: boolean; cancel?: boolean; json?: boolean };

export const place: Register = (program, io) => {
  program
    .command('place')
    .description('put the pipeline of a student repository into the queue of its organisation, or take it out')
    .argument('<owner/repo>', 'the student repository')
    .option('--ref <ref>', 'a branch, a tag or a commit (default: the default branch)')
    .option('--placer <name>', 'who picks its nodes (default: the placer of its challenge)')
    .option('--high', 'before everybody else, whatever its owner has used')
    .option('--cancel', 'take everything of this repository out that is not over; what runs is stopped')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options) => {
      const names = placers.map((placer) => placer.name);
      if (options.placer !== undefined && !names.includes(options.placer)) {
        const near = suggest(options.placer, names);
        return refuse(
          io,
          [`unknown placer ${options.placer}; ${near ? `did you mean ${near}?` : `known: ${names.join(', ')}`}`],
          2,
        );
      }
      const [organisation = '', repository = '', more] = name.split('/');
      if (!organisation || !repository || more !== undefined)
        return refuse(io, [`${name} is not of the form OWNER/REPO`], 2);
      try {
        await withPorts(io, (ports) => act(io, ports, { organisation, repository }, options));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refuse(io, error.sentences);
      }
    });
};

type Where = { organisation: string; repository: string };

async function act(io: Io, ports: FlowPorts, { organisation, repository }: Where, options: Options): Promise<void> {
  const { store, clock } = ports;
  const found = await inForce(store, organisation);
  if (!found) return refuse(io, [`${organisation} has no course in force`]);
  if (!placedChallenge(found, repository))
    return refuse(io, [`${repository} does not belong to a challenge with \`placement\``]);
  if (options.cancel) {
    await store.enqueue([withdrawJob({ organisation, repository, by: 'the staff' }, clock.now())]);
    return say(io, options, { repository, cancelled: true }, `${repository} is taken out of the queue`);
  }
  const { placements } = ports.github(found.record);
  const commit = await placements.commitOf(repository, options.ref);
  if (commit === undefined) return refuse(io, [`${repository} has no ${options.ref ?? 'commit'}`]);
  if ((await findSubmitted(placements, repository, commit)) === undefined)
    return refuse(io, [`${commit.slice(0, 7)} has neither pipeline.yml nor dvc.yaml`]);
  const asked = `m${randomBytes(4).toString('hex')}`;
  const { placer } = options;
  const chosen = { ...(placer ? { placer } : {}), ...(options.high ? { priority: 'high' as const } : {}) };
  await store.enqueue([submitJob({ organisation, repository, commit, asked, ...chosen }, clock.now())]);
  const text = `${repository} at ${commit.slice(0, 7)} goes into the queue; its check run *placement* says how it stands`;
  say(io, options, { repository, commit, placer: placer ?? null }, text);
}

function say(io: Io, { json }: Options, value: object, text: string): void {
  io.out(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function refuse(io: Io, sentences: readonly string[], code: 1 | 2 = 1): void {
  for (const sentence of sentences) io.err(`${sentence}\n`);
  io.exit(code);
}
