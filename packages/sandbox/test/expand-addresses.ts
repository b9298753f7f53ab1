// From the templates of addresses to those that a client would ask: without what may be left out, and with what there is.

/** What there is in the world that is crawled. */
export type Known = {
  sha: string;
  tree: string;
  blob: string;
  comment: number;
  reviewComment: number;
  release: number;
};

/** By the path before the variable; the first that fits. An empty list: nothing there can be named. */
function namesFor(before: string, variable: string, known: Known): (string | number)[] {
  const table: [RegExp, (string | number)[]][] = [
    [/\/assignees$/, ['teacher']],
    [/\/branches$/, ['main']],
    [/\/collaborators$/, ['student']],
    // The team of the busy course is empty at its end.
    [/\/team\/\d+\/members$/, []],
    [/\/(?:public_)?members$/, ['student']],
    [/\/git\/refs$/, ['heads/main']],
    [/\/git\/commits$|\/commits$|\/statuses\/$/, [known.sha]],
    [/\/git\/trees$/, [known.tree]],
    [/\/git\/blobs$/, [known.blob]],
    [/\/issues\/comments$/, [known.comment]],
    [/\/pulls\/comments$/, [known.reviewComment]],
    [/\/issues$/, [1]],
    [/\/milestones$/, [1]],
    [/\/pulls$/, [3]],
    [/\/releases$/, [known.release]],
    // The label of a repository has an address; that of an issue can be taken off, not read.
    [/\/repos\/[^/]+\/[^/]+\/labels$/, ['one']],
    [/\/contents\/$/, ['b.txt']],
    [/\/(?:zipball|tarball)$/, ['main']],
    [/\/users\/[^/]+\/events$/, ['public']],
    [/\/users\/$|\/v3\/users\/$/, ['student']],
    [/\/orgs\/$/, ['course']],
    [/\/repos\/$/, ['course']],
    [/\/repos\/[^/]+\/$/, ['busy']],
    [/\?q=$/, ['one']],
    [/repository_id=$/, []],
    [/\/compare\/$/, ['main']],
    [/\/compare\/[^/]+\.\.\.$/, ['more']],
    [/^http:\/\/[^/]+\/$/, ['student']],
  ];
  if (variable === 'archive_format') return ['zipball', 'tarball'];
  return table.find(([place]) => place.test(before))?.[1] ?? [];
}

/** All that a template stands for. A variable that must be given and cannot be gives none. */
export function expand(address: string, known: Known): string[] {
  const found = /\{([/?&+]?)(\w+)[^}]*\}/.exec(address);
  if (!found) return [address.replace(/#.*/, '')];
  const [whole, operator = '', variable = ''] = found;
  const [before, after] = [address.slice(0, found.index), address.slice(found.index + whole.length)];
  if (operator === '?' || operator === '&') return expand(`${before}${after}`, known);
  const names = namesFor(before, variable, known).map((name) => `${operator === '/' ? '/' : ''}${name}`);
  // An object of git has no list.
  const isAlone = /\/git\/(?:blobs|commits|trees)$/.test(before);
  return (operator === '/' && !isAlone ? ['', ...names] : names).flatMap((name) =>
    expand(`${before}${name}${after}`, known),
  );
}
