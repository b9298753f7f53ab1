// One row of the route table.
import type { Ctx } from './context.ts';
import type { Reply } from './reply.ts';

type Handler = (ctx: Ctx) => Reply | Promise<Reply>;

export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As in GitHub's description; a last part `{path*}` takes the rest with its slashes. */
  path: string;
  /** 'contents:write' on the repository or organisation of the path; 'jwt': only an app itself; 'token': anybody known. Default: metadata:read where there is a repository. */
  permission?: string;
  handler: Handler;
};
