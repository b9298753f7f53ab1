// Project boards and what stands on them, and who may see and change them.
import { atLeast, isMember, isOwner } from '../world/access.ts';
import type { Actor } from '../world/actor.ts';
import type { Level } from '../world/records.ts';
import type { State } from '../world/state.ts';

export type Project = {
  id: number;
  /** The organisation or the person it belongs to. */
  owner: number;
  number: number;
  title: string;
  creator: number;
  createdAt: string;
  updatedAt: string;
};

export type ProjectItem = {
  id: number;
  project: number;
  content: { kind: 'Issue' | 'PullRequest'; id: number };
  creator: number;
  createdAt: string;
};

type ProjectArea = { projects: Record<number, Project>; items: Record<number, ProjectItem> };

export function projectArea(state: State): ProjectArea {
  return state.area<ProjectArea>('projects', () => ({ projects: {}, items: {} }));
}

/**
 * Boards are private here. Members see and change those of their organisation, people their own; an app needs the permission of
 * the organisation. A board that may not be seen is not there: GitHub answers apps with an empty list, and never shows them a person's.
 */
export function mayUse(state: State, actor: Actor, owner: number, level: Level): boolean {
  if (actor.kind === 'user') return isOwner(state, owner, actor.account.id) || isMember(state, owner, actor.account.id);
  if (actor.kind !== 'installation') return false;
  return (
    state.organization(owner) !== undefined &&
    actor.installation.account === owner &&
    atLeast(actor.permissions['organization_projects'], level)
  );
}

export function projectsOf(state: State, actor: Actor, owner: number): Project[] {
  if (!mayUse(state, actor, owner, 'read')) return [];
  return Object.values(projectArea(state).projects).filter((project) => project.owner === owner);
}

/** The places of one issue or pull request on boards that the actor may see. */
export function placesOf(state: State, actor: Actor, content: ProjectItem['content']): ProjectItem[] {
  const { items, projects } = projectArea(state);
  return Object.values(items).filter(
    (item) =>
      item.content.kind === content.kind &&
      item.content.id === content.id &&
      mayUse(state, actor, projects[item.project]!.owner, 'read'),
  );
}
