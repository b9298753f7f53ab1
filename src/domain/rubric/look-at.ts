// What `look_at` may name: evidence that the app has or knows the way to, by the words that people write, or a file.
import { milestoneNames } from '../milestones/practice.ts';
import { pathFault } from '../text/repository-path.ts';
import { suggest } from '../text/suggest.ts';
import type { LookAt } from '../challenge/rubric.ts';

const words: Readonly<Record<string, Exclude<LookAt['kind'], 'file' | 'milestone'>>> = {
  'pull requests with data': 'pulls',
  'data releases': 'pulls',
  'metrics history': 'runs',
  runs: 'runs',
  probes: 'probes',
  requests: 'requests',
  answers: 'requests',
  'reviews on pull requests': 'reviews',
};

const milestone = 'milestone ';
const known = [...Object.keys(words), ...milestoneNames.map((name) => milestone + name)];

/** What is meant, or what is wrong with it and what may be meant instead. */
export function readLookAt(written: string): LookAt | { problem: string; hint: string } {
  const text = written.trim().replaceAll(/\s+/g, ' ');
  const lower = text.toLowerCase();
  if (Object.hasOwn(words, lower)) return { kind: words[lower]! };
  if (lower.startsWith(milestone)) {
    const name = lower.slice(milestone.length);
    if ((milestoneNames as readonly string[]).includes(name)) return { kind: 'milestone', milestone: name };
    return { problem: `there is no milestone \`${name}\``, hint: hintFor(lower) };
  }
  // A path has a dot or a slash in its last word; anything else is a word that nobody knows here.
  if (!/[./]/.test(text)) return { problem: `\`${text}\` is neither evidence nor a file`, hint: hintFor(lower) };
  const fault = pathFault(text);
  return fault === undefined
    ? { kind: 'file', path: text }
    : { problem: `the path \`${text}\` ${fault}`, hint: 'write it as it stands in a student repository' };
}

function hintFor(text: string): string {
  const close = suggest(text, known);
  return close === undefined ? `known here: ${known.join(', ')}, or the path of a file` : `did you mean \`${close}\`?`;
}
