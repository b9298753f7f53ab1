// The slices of shipments, cut from the sources that their course names.
import { sliceContents } from '../dataset/slice/slice-contents.ts';
import type { DatasetSlices } from '../dataset/slice/open-slices.ts';
import type { Shipment } from '../domain/shipment/shipment.ts';
import type { Slices } from '../ports/slices.ts';

/** Slices of sources in the course repository, or fetched from elsewhere: of the version that was planned. */
export function courseSlices(slices: DatasetSlices): Slices {
  const locate = ({ dataset, digest }: Shipment, directory: string): Promise<string> =>
    slices.locate(dataset.source, directory, digest === undefined ? {} : { sha256: digest });
  return {
    async slice(shipment, directory, others) {
      const source = await locate(shipment, directory);
      return { ...(await slices.slice(shipment, source, {}, others)), card: await slices.card(shipment, source) };
    },
    contents: sliceContents,
    rows: async (shipment, directory, choose) => slices.rows(shipment, await locate(shipment, directory), choose),
    holdOut: async (shipment, directory, choose) =>
      slices.holdOutRows(shipment, await locate(shipment, directory), choose),
  };
}
