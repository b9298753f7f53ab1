// The carriers: what the rest of the house has to know of each. How one carries is its file in `src/github/shipment`.

export type Calls = { writes: number; notifies: number };

type CarrierTraits = {
  /** The slice itself lies in the student's repository; otherwise a pointer does. */
  inGit: boolean;
  /** Somebody has to merge it before it is in the default branch. */
  isMerged: boolean;
  /** It is written with a place of its own: `{ rclone: "remote:path" }`. */
  hasRemote?: true;
  /** Calls to GitHub for one shipment, in the ordinary case: a pointer is a commit, too. */
  calls: Calls;
  /** Of these, those that need not wait for the release date. */
  ahead?: Calls;
};

const table = {
  commit: { inGit: true, isMerged: false, calls: { writes: 1, notifies: 0 } },
  pull_request: {
    inGit: true,
    isMerged: true,
    calls: { writes: 4, notifies: 1 },
    ahead: { writes: 2, notifies: 0 },
  },
  asset: { inGit: false, isMerged: false, calls: { writes: 3, notifies: 1 } },
  rclone: { inGit: false, isMerged: false, hasRemote: true, calls: { writes: 1, notifies: 0 } },
} as const satisfies Record<string, CarrierTraits>;

export type CarrierKind = keyof typeof table;
/** Those that are written by their name alone. */
export type NamedCarrier = {
  [Kind in CarrierKind]: (typeof table)[Kind] extends { hasRemote: true } ? never : Kind;
}[CarrierKind];

export const carriers: Readonly<Record<CarrierKind, CarrierTraits>> = table;
export const carrierKinds = Object.keys(table) as CarrierKind[];
export const namedCarriers = carrierKinds.filter((kind): kind is NamedCarrier => !carriers[kind].hasRemote);
export const carriersInGit = carrierKinds.filter((kind) => carriers[kind].inGit);

/** False also where nothing is known of the carrier. */
export function isMergedCarrier(kind: CarrierKind | undefined): boolean {
  return kind !== undefined && carriers[kind].isMerged;
}
