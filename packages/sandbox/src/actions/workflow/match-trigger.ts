// Decides whether an event starts a workflow: the `on:` part of the file against what happened.
import { matchesPatterns } from './match-pattern.ts';
import { asMap, isMap, type Json, type JsonMap, type Workflow } from './read-workflow.ts';

export type TriggerEvent = {
  name: string;
  /** `opened`, `synchronize`, the type of a repository_dispatch, … */
  action?: string;
  /** The ref that was pushed, or the base branch of a pull request, as a full ref. */
  ref: string;
  /** Paths changed; undefined when it cannot be said (a new branch without a base): then path filters pass. */
  paths?: readonly string[];
  /** Name of the workflow that ended, for `workflow_run`. */
  workflow?: string;
};

const PULL_REQUEST_TYPES = ['opened', 'synchronize', 'reopened'];

export function isTriggered(workflow: Workflow, event: TriggerEvent): boolean {
  if (!workflow.on.has(event.name)) return false;
  const filters = asMap(workflow.on.get(event.name));
  if (event.name === 'push') return matchesPush(filters, event);
  if (event.name === 'pull_request' || event.name === 'pull_request_target') {
    const types = list(filters['types']) ?? PULL_REQUEST_TYPES;
    return (
      types.includes(event.action ?? '') &&
      matchesRef(filters, 'branches', shortRef(event.ref)) &&
      matchesPaths(filters, event)
    );
  }
  if (event.name === 'workflow_run') {
    const names = list(filters['workflows']) ?? [];
    if (!names.includes(event.workflow ?? '') || !matchesRef(filters, 'branches', shortRef(event.ref))) return false;
  }
  const types = list(filters['types']);
  return types === undefined || types.includes(event.action ?? '');
}

/** `refs/heads/x` → `x`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

/** The words in a commit message that keep push and pull_request workflows from starting. */
export function asksToSkip(message: string): boolean {
  return (
    /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/i.test(message) ||
    /\n\n(?:[\w-]+:.*\n)*skip-checks: ?true\s*(?:\n|$)/i.test(message)
  );
}

function matchesPush(filters: JsonMap, event: TriggerEvent): boolean {
  const isTag = event.ref.startsWith('refs/tags/');
  const has = (kind: string): boolean => `${kind}` in filters || `${kind}-ignore` in filters;
  if (isTag) return (has('tags') || !has('branches')) && matchesRef(filters, 'tags', shortRef(event.ref));
  if (has('tags') && !has('branches')) return false;
  return matchesRef(filters, 'branches', shortRef(event.ref)) && matchesPaths(filters, event);
}

function matchesRef(filters: JsonMap, kind: string, name: string): boolean {
  const wanted = list(filters[kind]);
  if (wanted) return matchesPatterns(name, wanted);
  const ignored = list(filters[`${kind}-ignore`]);
  return !ignored || !matchesPatterns(name, ignored);
}

function matchesPaths(filters: JsonMap, event: TriggerEvent): boolean {
  if (event.paths === undefined) return true;
  const wanted = list(filters['paths']);
  if (wanted) return event.paths.some((path) => matchesPatterns(path, wanted));
  const ignored = list(filters['paths-ignore']);
  return !ignored || event.paths.some((path) => !matchesPatterns(path, ignored));
}

function list(value: Json | undefined): string[] | undefined {
  if (value === undefined || value === null || isMap(value)) return undefined;
  return [value].flat().map(String);
}
