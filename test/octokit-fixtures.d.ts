// The recorded answers come without types.
declare module '@octokit/fixtures' {
  const fixtures: { get: (name: string) => unknown };
  // oxlint-disable-next-line import/no-default-export
  export default fixtures;
}
