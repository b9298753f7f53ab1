// The hook that git runs before a pushed reference moves.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zeroOid } from '../git/objects.ts';
import type { World } from '../world/world.ts';

// Runs inside git for each reference of a push, before it moves: what an API call is refused, a push is refused too.
const updateHook = `#!/bin/sh
ref=$1 old=$2 new=$3 zero=${zeroOid}
branch=\${ref#refs/heads/}
case "$ref" in refs/heads/*|refs/tags/*) ;; *) echo "deny updating a hidden ref" >&2; exit 1 ;; esac
for rule in $SANDBOX_PROTECTED; do
  case "$rule" in
    "delete:$branch") [ "$new" = $zero ] && { echo "GH006: Protected branch update failed for $ref. Cannot delete this protected branch" >&2; exit 1; } ;;
    "review:$branch") [ "$old" != $zero ] && { echo "GH006: Protected branch update failed for $ref. At least 1 approving review is required by reviewers with write access." >&2; exit 1; } ;;
    "force:$branch") if [ "$old" != $zero ] && [ "$new" != $zero ] && ! git merge-base --is-ancestor "$old" "$new"; then
      echo "GH006: Protected branch update failed for $ref. Cannot force-push to this branch" >&2; exit 1; fi ;;
  esac
done
kind=update; [ "$new" = $zero ] && kind=deletion; [ "$old" = $zero ] && kind=creation
while read -r type pattern; do
  if [ "$type" = pull_request ] && [ "$kind" = update ]; then
    case "$ref" in $pattern) echo "GH013: Repository rule violations found for $ref. Changes must be made through a pull request." >&2; exit 1 ;; esac
  fi
  [ "$type" = "$kind" ] || continue
  case "$ref" in $pattern) echo "GH013: Repository rule violations found for $ref. Cannot $kind: this ref is restricted" >&2; exit 1 ;; esac
done <<RULES
$SANDBOX_RULES
RULES
[ "$SANDBOX_WORKFLOWS" = yes ] || [ "$new" = $zero ] && exit 0
if [ "$old" = $zero ]; then files=$(git log --format= --name-only "$new" --not --all -- .github/workflows)
else files=$(git diff --name-only "$old" "$new" -- .github/workflows); fi
[ -z "$files" ] && exit 0
echo "refusing to allow a GitHub App to create or update workflow \\\`$(echo "$files" | head -n 1)\\\` without \\\`workflows\\\` permission" >&2
exit 1
`;

/** Written once: git may be running it for another push. */
const hooksFolders = new Set<string>();

export function hooksFolder(world: World): string {
  const folder = join(world.dir, 'hooks');
  if (hooksFolders.has(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'update'), updateHook);
  chmodSync(join(folder, 'update'), 0o755);
  hooksFolders.add(folder);
  return folder;
}
