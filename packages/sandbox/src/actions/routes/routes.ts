// Every route of Actions.
import type { Route } from '../../http/route.ts';
import { artifactRoutes, artifactStorageRoutes } from './routes-artifacts.ts';
import { oidcRoutes } from './routes-oidc.ts';
import { runnerRoutes } from './routes-runners.ts';
import { logRoutes, logStorageRoutes } from './routes-logs.ts';
import { runRoutes } from './routes-runs.ts';

export const actionsApiRoutes: Route[] = [...runRoutes, ...logRoutes, ...artifactRoutes, ...runnerRoutes];
export const actionsSiteRoutes: Route[] = [...oidcRoutes, ...logStorageRoutes, ...artifactStorageRoutes];
