// The route table: every area of the API, one file each.
import { actionsApiRoutes, actionsSiteRoutes } from '../actions/routes/routes.ts';
import { checkRoutes } from '../checks/routes.ts';
import { statusRoutes } from '../checks/statuses.ts';
import { commentRoutes } from '../issues/comments.ts';
import { labelRoutes } from '../issues/labels.ts';
import { peopleRoutes } from '../issues/people.ts';
import { issueRoutes } from '../issues/routes.ts';
import { routes as absent } from '../routes/absent.ts';
import { routes as activity } from '../routes/activity.ts';
import { routes as apps } from '../routes/apps.ts';
import { routes as branches } from '../routes/branches.ts';
import { routes as commits } from '../routes/commits.ts';
import { routes as contents } from '../routes/contents.ts';
import { routes as gitObjects } from '../routes/git-objects.ts';
import { routes as gitRefs } from '../routes/git-refs.ts';
import { routes as hookDeliveries } from '../routes/hook-deliveries.ts';
import { routes as graphql } from '../graphql/route.ts';
import { routes as manifests, siteRoutes as registration } from '../routes/manifests.ts';
import { siteRoutes as oauth } from '../routes/oauth.ts';
import { routes as meta } from '../routes/meta.ts';
import { siteRoutes as plainPages } from '../routes/pages.ts';
import { routes as pulls } from '../routes/pulls.ts';
import { routes as repositories } from '../routes/repositories.ts';
import { routes as reviews } from '../routes/reviews.ts';
import { routes as collaborators } from '../routes/collaborators.ts';
import { routes as generate } from '../routes/generate.ts';
import { routes as organizations } from '../routes/organizations.ts';
import { routes as teams } from '../routes/teams.ts';
import { routes as variables } from '../routes/variables.ts';
import { routes as releaseAssets, siteRoutes as releaseSite } from '../routes/release-assets.ts';
import { routes as releases } from '../routes/releases.ts';
import { routes as root } from '../routes/root.ts';
import { routes as rulesets } from '../routes/rulesets.ts';
import { routes as search } from '../routes/search.ts';
import { routes as secrets } from '../routes/secrets.ts';
import { routes as site, siteRoutes as pages } from '../routes/site.ts';
import { routes as transfer } from '../routes/transfer.ts';
import { routes as users } from '../routes/users.ts';
import type { Route } from '../http/route.ts';

/** Below /api/v3 (GraphQL as /graphql, uploads below /uploads). */
export const apiRoutes: Route[] = [
  ...actionsApiRoutes,
  ...absent,
  ...activity,
  ...apps,
  ...branches,
  ...checkRoutes,
  ...commentRoutes,
  ...commits,
  ...contents,
  ...gitObjects,
  ...gitRefs,
  ...hookDeliveries,
  ...graphql,
  ...issueRoutes,
  ...labelRoutes,
  ...manifests,
  ...meta,
  ...peopleRoutes,
  ...pulls,
  ...repositories,
  ...statusRoutes,
  ...reviews,
  ...collaborators,
  ...generate,
  ...organizations,
  ...releaseAssets,
  ...releases,
  ...root,
  ...rulesets,
  ...search,
  ...secrets,
  ...site,
  ...teams,
  ...transfer,
  ...users,
  ...variables,
];

/** Below the site itself: raw files, archives, tokens for workflows. */
export const siteRoutes: Route[] = [
  ...oauth,
  ...registration,
  ...actionsSiteRoutes,
  ...releaseSite,
  ...pages,
  ...plainPages,
];
