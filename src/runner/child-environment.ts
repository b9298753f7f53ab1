// The environment that student code gets: the job's, without what would let it act in the job's name.

const secrets =
  /^(ACTIONS_ID_TOKEN_REQUEST_(TOKEN|URL)|ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|ACTIONS_CACHE_URL|GITHUB_TOKEN|GH_TOKEN|INPUT_.*|GITHUB_(ENV|OUTPUT|PATH|STATE|STEP_SUMMARY))$/i;

/**
 * Hides tokens and the files through which a step speaks to its job. That is tidiness, not a wall: code in the same job
 * can look for them elsewhere, which is why the job that may sign runs none of it.
 */
export function childEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secrets.test(name)));
}
