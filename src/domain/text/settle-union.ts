// A union's issue → the issues of the one alternative that was meant, when the shape of the value says which.
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** All paths of the result begin at the root. */
export function settleUnion(issue: Issue, above: readonly PropertyKey[] = []): Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const meant = issue.errors
    .filter((branch) => branch.length > 0 && !branch.some((fault) => fault.path.length === 0 && isMismatch(fault)))
    .toSorted((a, b) => a.length - b.length)[0];
  return meant ? meant.flatMap((fault) => settleUnion(fault, path)) : [{ ...issue, path }];
}

const mismatches = new Set(['invalid_type', 'invalid_value', 'invalid_union', 'invalid_format']);

const isMismatch = (issue: Issue): boolean => mismatches.has(issue.code ?? '');
