// `concurrency:`: one holder and at most one waiter per group; a newer waiter ends the older one.

type Member = { cancel: () => void; start?: () => void };
type Group = { holder: Member; waiter?: Member };

export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  /** Resolves with the way out once it is this member's turn; rejects when a newer one takes its place. */
  async enter(name: string, cancelInProgress: boolean, cancel: () => void): Promise<() => void> {
    const key = name.toLowerCase();
    const member: Member = { cancel };
    const group = this.#groups.get(key);
    if (!group) this.#groups.set(key, { holder: member });
    else {
      group.waiter?.cancel();
      group.waiter = member;
      if (cancelInProgress) group.holder.cancel();
      await new Promise<void>((resolve) => (member.start = resolve));
    }
    return () => this.#leave(key, member);
  }

  /** A member that was cancelled while it waited gives its place back. */
  #leave(key: string, member: Member): void {
    const group = this.#groups.get(key);
    if (!group) return;
    if (group.waiter === member) delete group.waiter;
    if (group.holder !== member) return;
    if (!group.waiter) {
      this.#groups.delete(key);
      return;
    }
    const next = group.waiter;
    this.#groups.set(key, { holder: next });
    next.start?.();
  }
}
