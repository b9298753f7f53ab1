// Every route of Actions.
import type { Route } from '../world.ts';
import { artifactRoutes, artifactStorageRoutes } from './routes-artifacts.ts';
import { oidcRoutes } from './routes-oidc.ts';
import { runnerRoutes } from './routes-runners.ts';
import { runRoutes, storageRoutes } from './routes-runs.ts';

export const actionsApiRoutes: Route[] = [...runRoutes, ...artifactRoutes, ...runnerRoutes];
export const actionsSiteRoutes: Route[] = [...oidcRoutes, ...storageRoutes, ...artifactStorageRoutes];
