// The log for an Octokit that asks the sandbox: its own writes every refusal to stderr, also those that a test expects.

const nothing = (): void => undefined;

export const quietLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };
