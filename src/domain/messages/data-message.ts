// What a shipment says in the student repository: the commit message and the pull request's text.
import type { Shipment } from '../shipment/shipment.ts';
import { sayInstant } from '../time/say-time.ts';
import { code, plain } from '../text/escape.ts';

/** Labels that tell what became of a release's pull request. */
export const dataLabels = {
  pending: 'data: pending',
  merged: 'data: merged',
  altered: 'data: altered',
  expired: 'data: expired',
} as const;

/** What the labels mean, for the repository's list of labels. */
export const labelMeanings = [
  { name: dataLabels.pending, color: 'fbca04', description: 'A data release that is waiting to be merged' },
  { name: dataLabels.merged, color: '0e8a16', description: 'A data release that is in the default branch' },
  {
    name: dataLabels.altered,
    color: 'd93f0b',
    description: 'A data release that was changed on its way or afterwards',
  },
  { name: dataLabels.expired, color: 'b60205', description: 'A data release that was closed without being merged' },
] as const;

export type SliceFacts = {
  rows: number;
  bytes: number;
  columns: string[];
  sha256: string;
  files?: readonly { bytes: number }[];
  card?: string;
};

/** The course's zone, and until when to merge where a later merge costs points. */
export type ReleaseTimes = { zone: string; mergeBy?: Date };

export type DataMessage = { message: string; title: string; body: string; labels: string[] };

/** The text of a shipment. The commit ends with the trailer by which it is found again. */
export function describeSlice(shipment: Shipment, slice: SliceFacts, times: ReleaseTimes): DataMessage {
  const { challenge, release, path, trailer } = shipment;
  const title = `Data: ${plain(challenge)}, ${plain(release)} (${slice.rows} rows)`;
  return {
    title,
    message: `${title}\n\n${path}\n${inBrief(slice)}\n\n${trailer}`,
    labels: [dataLabels.pending],
    body: [
      marker(shipment.id),
      `**${plain(release)}** of the challenge **${plain(challenge)}** is here: ${slice.rows} new rows in ${code(path)}.`,
      '',
      '| | |',
      '|---|---|',
      `| rows | ${slice.rows} |`,
      `| columns | ${slice.columns.map(code).join(', ')} |`,
      `| bytes | ${slice.bytes} |`,
      ...(slice.files ? [`| files beside it | ${filesInBrief(slice.files)} |`] : []),
      `| SHA-256 | ${code(slice.sha256)} |`,
      `| released | ${sayInstant(new Date(shipment.due), times.zone)} |`,
      ...(times.mergeBy === undefined ? [] : [`| merge by | ${sayInstant(times.mergeBy, times.zone)} |`]),
      '',
      ...(slice.card === undefined ? [] : ['### Contents', '', slice.card]),
      'Merge it, let your pipeline run, and read the check run *score* on the commit. The release counts when it is in your',
      'default branch unaltered; the sooner a green run uses it, the better. `data/MANIFEST.json` lists every release you have received.',
    ].join('\n'),
  };
}

/** The data card of a commit, which has no page of its own. */
function inBrief({ rows, bytes, columns, sha256, files }: SliceFacts): string {
  const names = columns.slice(0, 12).map(plain).join(', ');
  const more = columns.length > 12 ? ', …' : '';
  return `${rows} rows, ${bytes} bytes, SHA-256 ${sha256}\n${columns.length} columns: ${names}${more}${files ? `\nfiles beside it: ${filesInBrief(files)}` : ''}`;
}

function filesInBrief(files: readonly { bytes: number }[]): string {
  return `${files.length} (${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes)`;
}

/** The comment on a pull request that was closed without being merged. */
export function describeClosed(shipment: Pick<Shipment, 'id' | 'release'>): { marker: string; body: string } {
  return {
    marker: `${marker(shipment.id)}<!-- closed -->`,
    body: `**${plain(shipment.release)}** was closed without being merged, so it does not count as received. Reopen this pull request and merge it to get the release.`,
  };
}

/** Hidden in the text, so that it is found again whatever else changes. */
function marker(id: string): string {
  return `<!-- practicum-shipment: ${id} -->`;
}
