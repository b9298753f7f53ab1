// The issue in the course repository about shipments that failed permanently: which, why, and what to do.
import type { Shipment } from '../shipment/shipment.ts';
import { code, plain } from '../text/escape.ts';

export type ParkedShipment = { shipment: Shipment; attempts: number; lastError: string };

/** Hidden in the body, by which it is found again. */
export const parkedMarker = '<!-- practicum-parked-shipments -->';
export const nothingParked = 'Every shipment that was listed here has arrived or was cancelled.';

/** More rows do not help, and GitHub truncates long texts. */
const mostRows = 100;

export function describeParked(parked: readonly ParkedShipment[]): { title: string; body: string } {
  const [parkedShipment] = parked;
  const rest = parked.length - mostRows;
  return {
    title:
      parked.length === 1 && parkedShipment
        ? `${plain(parkedShipment.shipment.release)} for ${plain(parkedShipment.shipment.owner)} could not be delivered`
        : `${parked.length} shipments could not be delivered`,
    body: [
      'The app has stopped trying to send these shipments and will not retry them by itself.',
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
      'Fix the cause, then run `practicum shipments resend ID…`. To drop a shipment, run `practicum shipments cancel ID…`.',
      'The app keeps this list up to date and closes the issue when the list is empty.',
    ].join('\n'),
  };
}
