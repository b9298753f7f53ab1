// The OpenID provider: discovery, keys, and the address at which a job asks for a token.
import { Refusal } from '../../world/errors.ts';
import { ok, type Reply } from '../../http/reply.ts';
import type { Ctx } from '../../http/context.ts';
import type { Route } from '../../http/route.ts';
import { actionsRunning } from '../actions.ts';
import { oidcIssuer } from '../make-contexts.ts';
import { makeOidcClaims } from '../oidc-claims.ts';

const CLAIMS = [
  'sub',
  'aud',
  'exp',
  'iat',
  'iss',
  'jti',
  'nbf',
  'ref',
  'sha',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'repository_visibility',
  'run_id',
  'run_number',
  'run_attempt',
  'actor',
  'actor_id',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'head_ref',
  'base_ref',
  'event_name',
  'ref_protected',
  'ref_type',
  'job_workflow_ref',
  'job_workflow_sha',
  'runner_environment',
  'environment',
  'check_run_id',
];

export const oidcRoutes: Route[] = [
  { method: 'GET', path: '/_services/token/request', handler: answerTokenRequest },
  { method: 'GET', path: '/_services/token/.well-known/openid-configuration', handler: discover },
  {
    method: 'GET',
    path: '/_services/token/.well-known/jwks',
    handler: async (ctx) => ok(await actionsRunning(ctx).oidc.jwks()),
  },
];

/** The bearer is the request token of a job; it ends with the job. */
async function answerTokenRequest(ctx: Ctx): Promise<Reply> {
  const actions = actionsRunning(ctx);
  const subject = ctx.actor.kind === 'installation' ? actions.identities.get(ctx.actor.token) : undefined;
  if (!subject) throw new Refusal(401, 'The request token is not valid, or its job has ended');
  const audience = ctx.query.get('audience') || `${ctx.url}/${subject.repository.owner.login}`;
  const value = await actions.oidc.sign(makeOidcClaims(subject, audience), ctx.clock.now());
  return ok({ count: value.length, value });
}

function discover(ctx: Ctx): Reply {
  const issuer = oidcIssuer(ctx);
  return ok({
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: CLAIMS,
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  });
}
