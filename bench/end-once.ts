// What a measurement started ends with it, also where somebody presses Ctrl-C.

/** `end`, to be called at the end; it also runs at SIGINT and SIGTERM, and never twice. */
export function endOnce(end: () => Promise<void>): () => Promise<void> {
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  let ending: Promise<void> | undefined;
  const once = (): Promise<void> => {
    for (const signal of Object.keys(codes)) process.off(signal, leave);
    return (ending ??= end());
  };
  const leave = (signal: keyof typeof codes): void => void once().finally(() => process.exit(codes[signal]));
  for (const signal of Object.keys(codes)) process.on(signal, leave);
  return once;
}
