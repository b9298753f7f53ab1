// Does GitHub know this version of a well-known action? It asks when a job is set up, whatever the `if:` of the step says.
import known from './known-actions.json' with { type: 'json' };
import { StepFailure } from './job-types.ts';

export type KnownAction = {
  /** The newest version that the list knows, its commit, and its inputs. */
  version: string;
  sha: string;
  inputs: string[];
  required: string[];
  /** Every tag of the action's repository with its commit. */
  tags: Record<string, string>;
};

/** Read off the actions' own repositories by `scripts/known-actions.ts`. */
export const knownActions: ReadonlyMap<string, KnownAction> = new Map(Object.entries(known));

/** The commit of a tag, a branch or a commit; undefined when the repository has none of that name. */
function resolveKnown({ tags, sha }: KnownAction, ref: string): string | undefined {
  const tag = ref.replace(/^refs\/tags\//, '');
  if (Object.hasOwn(tags, tag)) return tags[tag];
  if (ref === 'main' || ref === 'refs/heads/main') return sha;
  return Object.values(tags).find((commit) => commit === ref);
}

/** Throws GitHub's sentence for a version that is not there. An action that is not on the list is another's business. */
export function checkKnown(uses: string): void {
  const [name = '', ref = ''] = uses.split('@');
  const action = knownActions.get(name.toLowerCase());
  if (!action) return;
  if (ref === '') throw new StepFailure(`Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`);
  if (resolveKnown(action, ref) === undefined)
    throw new StepFailure(`Unable to resolve action \`${uses}\`, unable to find version \`${ref}\``);
}

/** Inputs that an action does not have, as the runner warns of them. Only the listed version is known by its inputs. */
export function unexpectedInputs(uses: string, given: readonly string[]): string | undefined {
  const [name = '', ref = ''] = uses.split('@');
  const action = knownActions.get(name.toLowerCase());
  if (!action || resolveKnown(action, ref) !== action.sha) return undefined;
  const unknown = given.filter((input) => !action.inputs.includes(input.toLowerCase()));
  if (unknown.length === 0) return undefined;
  const list = (names: readonly string[]): string => names.map((text) => `'${text}'`).join(', ');
  return `Unexpected input(s) ${list(unknown)}, valid inputs are [${list(action.inputs)}]`;
}
