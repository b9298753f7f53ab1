// Bodies that are on their way, counted by what has come of them: to announce much, or to send it slowly, takes nobody's room.

export type Arrival = {
  /** So many bytes more have come. */
  grow: (bytes: number) => void;
  /** All of it is here: it is not given up for others any more. */
  complete: () => void;
  end: () => void;
};
export type Arrivals = {
  /** `giveUp` is called where all together are too many: of those that are not complete, the longest on its way first. */
  begin: (giveUp: () => void) => Arrival;
};

type Coming = { bytes: number; isComplete: boolean; giveUp: () => void };

export function arrivals(most: number): Arrivals {
  const coming = new Set<Coming>();
  let all = 0;
  const leave = (one: Coming): void => {
    if (coming.delete(one)) all -= one.bytes;
  };
  const makeRoom = (): void => {
    for (const one of coming) {
      if (all <= most) return;
      if (one.isComplete) continue;
      leave(one);
      one.giveUp();
    }
  };
  return {
    begin(giveUp) {
      const one: Coming = { bytes: 0, isComplete: false, giveUp };
      coming.add(one);
      return {
        grow(bytes) {
          if (!coming.has(one)) return;
          one.bytes += bytes;
          all += bytes;
          makeRoom();
        },
        complete: () => void (one.isComplete = true),
        end: () => leave(one),
      };
    },
  };
}
