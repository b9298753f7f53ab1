// The companion Action by the name that this app gives it: what workflows call must be there, and stay as it is.

export type ActionName = {
  /** `OWNER/REPO`. */
  repository: string;
  /** A tag, a branch or a commit. */
  ref: string;
};

/** As the templates call it. */
export const ownAction: ActionName = { repository: 'practicum/practicum', ref: 'v1' };
const inTemplates = /\bpracticum\/practicum\/(action(?:\/course)?)@v1\b/g;

/** `OWNER/REPO@REF`, or undefined where it is not that. */
export function readActionName(text: string): ActionName | undefined {
  const [, repository, ref] = /^([\w.-]+\/[\w.-]+)@([\w./-]+)$/.exec(text) ?? [];
  return repository === undefined || ref === undefined ? undefined : { repository, ref };
}

/** A workflow of the templates with the Action pinned to a commit; with its version alone where the commit is not known. */
export function nameAction(text: string, { repository, ref }: ActionName, commit: string | undefined): string {
  const pinned = commit === undefined ? ref : commit;
  const version = pinned === ref ? '' : ` # ${ref}`;
  return text.replaceAll(inTemplates, (_, path: string) => `${repository}/${path}@${pinned}${version}`);
}
