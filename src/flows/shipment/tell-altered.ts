// A release in a student's branch is held against what was sent; where it differs, the commit and the pull request say how.
import { dataLabels } from '../../domain/messages/data-message.ts';
import { compareBytes, lostAs, type Alteration } from '../../domain/shipment/alteration.ts';
import { describeAlteration } from '../../domain/messages/altered-message.ts';
import { isFailure } from '../../domain/text/failure.ts';
import type { GitHub } from '../../ports/github.ts';
import type { StoredShipment } from '../../ports/records.ts';

/** Larger files are not read for a word about how they differ. */
const mostBytes = 20 * 1024 * 1024;

/** Where the branch shows that it holds the release: the slice itself, or the pointer to it. */
export function placeOf({ shipment, receipt }: StoredShipment): string {
  return receipt?.path ?? shipment.path;
}

/** Undefined where the commit holds the release as it was sent. */
export async function lookForAlteration(
  { studentFiles }: GitHub,
  repository: string,
  commit: string,
  stored: StoredShipment,
): Promise<Alteration | undefined> {
  const path = placeOf(stored);
  const { blob } = stored.receipt!;
  const found = await studentFiles.find(repository, commit, [path, `${path}.dvc`]);
  const here = found.find((answerBlob) => answerBlob.path === path);
  if (here?.blob === blob) return undefined;
  if (!here) {
    const movedTo = await studentFiles.whereIs(repository, commit, blob);
    return lostAs({ ...(movedTo === undefined ? {} : { movedTo }), underDvc: found.length > 0 });
  }
  if (here.bytes > mostBytes) return { kinds: ['content'] };
  const sent = await studentFiles.readBlob(repository, blob).catch((error: unknown) => {
    // Its pull request was pushed over, and GitHub has thrown the bytes away.
    if (isFailure(error, 'not-found')) return undefined;
    throw error;
  });
  const kinds = sent && compareBytes(sent, await studentFiles.readBlob(repository, here.blob));
  return { kinds: kinds ?? ['content'] };
}

export type Altered = { stored: StoredShipment; repository: string; branch: string; commit: string; late: boolean };

/** On the commit, and in the pull request where it came by one: each once for this commit. */
export async function tellAltered(github: GitHub, altered: Altered, alteration: Alteration): Promise<void> {
  const { stored, repository, branch, commit, late } = altered;
  const { shipment, receipt } = stored;
  const words = { release: shipment.release, path: placeOf(stored), sentIn: receipt!.commit, branch, alteration, late };
  const { title, body } = describeAlteration(words);
  await github.checkRuns.publish(repository, {
    name: `data: ${shipment.release}`,
    headSha: commit,
    externalId: `data:${shipment.id}`,
    conclusion: 'failure',
    title,
    summary: body,
  });
  if (receipt?.pullRequest === undefined) return;
  await github.dataPulls.relabel(repository, receipt.pullRequest, dataLabels.altered);
  const marker = `<!-- practicum-shipment: ${shipment.id} --><!-- altered ${commit} -->`;
  await github.dataPulls.comment(repository, receipt.pullRequest, marker, body);
}
