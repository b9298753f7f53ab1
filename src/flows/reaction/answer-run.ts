// What a run of a reaction asks the app for: its student's repository, the slice that nobody has yet, and to hear how it went.
import { reactionOutcome } from '../../domain/reaction/outcome.ts';
import { reactWorkflow, readRunName, type Reaction, type ReactionRun } from '../../domain/reaction/reaction.ts';
import { manifestEntry, manifestPath, mergeManifest } from '../../domain/shipment/manifest.ts';
import type { FlowPorts } from '../../ports/flow-ports.ts';
import type { ReactionAnswer, ReactionAsked } from '../../ports/reaction.ts';
import type { InForce } from '../course/in-force.ts';
import { identifyRun } from '../placement/identify-run.ts';
import { settleRun } from './advance-reaction.ts';
import { findReleases } from './find-release.ts';

/** Where runs ask; the address is also the audience that their identity tokens must name. */
const address = (app: string): string => `${app}/api/reaction`;

/** A slice travels in one answer, and lies in memory meanwhile. */
const mostBytes = 50 * 2 ** 20;

export async function answerReaction(
  ports: FlowPorts,
  identity: string | undefined,
  asked: ReactionAsked,
): Promise<ReactionAnswer> {
  const identified = await identifyRun(ports, identity, {
    workflow: reactWorkflow,
    audience: address(ports.appUrl),
  });
  if ('refused' in identified) return identified;
  const { organisation, found, run, jti, branch } = identified;
  if (run.path.split('@')[0] !== `.github/workflows/${reactWorkflow}`)
    return { refused: 'the run is of another workflow' };
  if (run.headBranch !== branch) return { refused: 'the run is not of the default branch' };
  // Anybody who may write to the course repository can start the workflow, under any name.
  if (run.startedBy !== `${ports.appSlug}[bot]`) return { refused: 'the run was not started by the app' };
  if (run.status === 'completed') return { refused: 'the run is over' };
  const named = readRunName(run.name);
  const reaction = named && (await ports.store.reactions.reaction(organisation, named.id));
  const mine = reaction?.runs[named?.index ?? -1];
  if (!named || !reaction || !mine || reaction.state !== 'running' || mine.state === 'over')
    return { refused: 'the app waits for no such run' };
  if (!(await ports.store.useToken(jti, `reaction/${run.id}/${asked.what}`)))
    return { refused: 'the token was used before' };
  if (asked.what === 'checkout') {
    const text = await ports.github(found.record).placements.checkoutToken(mine.repository);
    ports.log.info({ organisation, run: run.id, repository: mine.repository }, 'gave a checkout token');
    return { text };
  }
  if (asked.what === 'slice') return giveSlice(ports, found, reaction, mine);
  const outcome = readOutcome(asked.body);
  if (typeof outcome === 'string') return { refused: outcome };
  await settleRun(ports, organisation, named, { outcome });
  return { text: 'kept\n' };
}

function readOutcome(body: string): ReturnType<typeof reactionOutcome.parse> | string {
  try {
    const parsed = reactionOutcome.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : 'that is not the outcome of a reaction';
  } catch {
    return 'that is not JSON';
  }
}

/** The files that the release's commit would add, as JSON with base64. */
async function giveSlice(
  ports: FlowPorts,
  found: InForce,
  reaction: Reaction,
  run: ReactionRun,
): Promise<ReactionAnswer> {
  const { slices, github } = ports;
  const next = (await findReleases(ports, found, reaction.commit)).find(
    (findRelease) => findRelease.challenge.name === reaction.challenge && findRelease.release === reaction.release,
  );
  const shipment = next?.shipments.find(({ owner }) => owner === run.owner);
  if (!next || !shipment || run.commit === undefined)
    return { refused: 'the release has come meanwhile, or is no longer planned' };
  const slice = await slices.slice(shipment, next.directory);
  const contents = await slices.contents(shipment.path, slice, mostBytes);
  if (!contents) return { refused: `the slice has more than ${mostBytes} bytes` };
  const before = await github(found.record).placements.textAt(run.repository, run.commit, manifestPath);
  const manifest = mergeManifest(before, manifestEntry(shipment, slice)).text;
  const files = [...contents, { path: manifestPath, content: Buffer.from(manifest), executable: false }];
  return {
    text: JSON.stringify({ files: files.map((file) => ({ ...file, content: file.content.toString('base64') })) }),
  };
}
