// The issue in the course repository about shipments that were given up: which, why, and what to do.
import type { Shipment } from '../shipment/shipment.ts';
import { code, plain } from '../text/escape.ts';

export type ParkedShipment = { shipment: Shipment; attempts: number; lastError: string };

/** Hidden in the body, by which it is found again. */
export const parkedMarker = '<!-- practicum-parked-shipments -->';
export const nothingParked = 'Every shipment that had been given up has arrived or was cancelled.';

/** More rows than this say nothing more, and GitHub cuts long texts. */
const mostRows = 100;

export function describeParked(parked: readonly ParkedShipment[]): { title: string; body: string } {
  const [one] = parked;
  const rest = parked.length - mostRows;
  return {
    title:
      parked.length === 1 && one
        ? `${plain(one.shipment.release)} for ${plain(one.shipment.owner)} could not be shipped`
        : `${parked.length} shipments could not be shipped`,
    body: [
      'The app has given up on the shipments below and tries none of them again by itself.',
      '',
      '| release | repository | id | attempts | last error |',
      '|---|---|---|---:|---|',
      ...parked
        .slice(0, mostRows)
        .map(
          ({ shipment: { challenge, release, repository, id }, attempts, lastError }) =>
            `| ${plain(challenge)} ${plain(release)} | ${plain(repository)} | ${code(id)} | ${attempts} | ${plain(lastError.slice(0, 300))} |`,
        ),
      ...(rest > 0 ? [`| … and ${rest} more | | | | |`] : []),
      '',
      'Mend the cause, then run `practicum shipments resend ID…`, or `practicum shipments cancel ID…` for what is no longer wanted.',
      'This issue follows what is open and is closed when nothing is.',
    ].join('\n'),
  };
}
