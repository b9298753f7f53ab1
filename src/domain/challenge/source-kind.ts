// Which sources are elsewhere.

/** True for a source that is not a path in the course repository. */
export function isRemoteSource(source: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(source) || /^[A-Za-z0-9_][A-Za-z0-9_. -]+:/.test(source);
}
