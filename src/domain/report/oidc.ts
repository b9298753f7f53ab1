// Which Actions identity tokens prove a report. Pure: the caller has verified signature and key; this judges the claims.
import { z } from 'zod';

const id = z.union([z.string(), z.number()]).transform(String);

/** The claims that are looked at. `sub` is not among them: its form is changing and owners may customise it. */
const claimsSchema = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number(),
  jti: z.string().min(1),
  repository: z.string(),
  repository_id: id,
  repository_owner_id: id,
  job_workflow_ref: z.string(),
  job_workflow_sha: z.string(),
  sha: z.string(),
  run_id: id,
  run_attempt: id,
  event_name: z.string(),
  check_run_id: id.optional(),
  runner_environment: z.string().optional(),
});
export type Claims = z.infer<typeof claimsSchema>;

/** What a token must say to prove one report, as the app knows it from its own records. */
export type Expected = {
  /** Allowed issuers: GitHub's, or an Enterprise Server's `https://HOST/_services/token`. */
  issuers: readonly string[];
  audience: string;
  repositoryId: string;
  ownerId: string;
  /** `ORG/COURSE/.github/workflows/FILE.yml`, without the ref; one of them. */
  workflow: string | readonly string[];
  /** Commits of the course repository whose workflow is accepted; absent: not known yet. */
  workflowShas?: readonly string[];
  sha: string;
  runId: string;
  runAttempt: string;
  /** Jobs of that attempt that may sign, by their ids; absent: not known yet. */
  jobIds?: readonly string[];
  /** Events whose runs count; those of a pull request from a fork never do. */
  events: readonly string[];
  now: Date;
  /** Was this token used before? */
  isUsed: (jti: string) => boolean;
  /** Seconds by which clocks may differ; 30 when not given. */
  leeway?: number;
  /** When given, only these runner environments count. */
  runnerEnvironments?: readonly string[];
};

export const githubIssuer = 'https://token.actions.githubusercontent.com';

export type Judged =
  | { accepted: true; jti: string; claims: Claims }
  | { accepted: false; code: RejectionCode; reason: string };

export type RejectionCode =
  | 'claims-incomplete'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-repository'
  | 'wrong-owner'
  | 'wrong-workflow'
  | 'unknown-workflow-version'
  | 'wrong-commit'
  | 'wrong-run'
  | 'wrong-attempt'
  | 'wrong-job'
  | 'wrong-event'
  | 'wrong-runner'
  | 'token-reused';

type Rule = { code: RejectionCode; fails: (claims: Claims, expected: Expected) => boolean; reason: string };

// In the order in which a reader would ask: who signed, for what, when, where, by which workflow, for which run, once.
const rules: readonly Rule[] = [
  {
    code: 'wrong-issuer',
    fails: (c, e) => !e.issuers.includes(c.iss),
    reason: 'the token was not issued by GitHub Actions',
  },
  {
    code: 'wrong-audience',
    // An array, even of one, is not what Actions issues: exactly the digest of exactly this report.
    fails: (c, e) => c.aud !== e.audience,
    reason: 'the token was made for another report: its audience is not the SHA-256 of this one',
  },
  { code: 'expired', fails: (c, e) => seconds(e) - leeway(e) >= c.exp, reason: 'the token has expired' },
  {
    code: 'not-yet-valid',
    fails: (c, e) => seconds(e) + leeway(e) < Math.max(c.nbf ?? 0, c.iat),
    reason: 'the token is not valid yet',
  },
  {
    code: 'wrong-owner',
    fails: (c, e) => c.repository_owner_id !== e.ownerId,
    reason: 'the token belongs to a repository outside the course organisation',
  },
  {
    code: 'wrong-repository',
    fails: (c, e) => c.repository_id !== e.repositoryId,
    reason: 'the token belongs to another repository',
  },
  {
    code: 'wrong-workflow',
    // With the `@`, a file whose name merely begins like ours does not pass. GitHub compares owners without case.
    fails: (c, e) =>
      ![e.workflow].flat().some((text) => c.job_workflow_ref.toLowerCase().startsWith(`${text.toLowerCase()}@`)),
    reason: 'the job did not run the reusable workflow of the course repository',
  },
  {
    code: 'unknown-workflow-version',
    fails: (c, e) => e.workflowShas !== undefined && !e.workflowShas.includes(c.job_workflow_sha),
    reason: 'the job ran a version of the course workflow that is not on the allowed list',
  },
  {
    code: 'wrong-event',
    fails: (c, e) => !e.events.includes(c.event_name),
    reason: 'runs of this event do not count',
  },
  {
    code: 'wrong-commit',
    fails: (c, e) => c.sha !== e.sha,
    reason: 'the token was made for another commit',
  },
  { code: 'wrong-run', fails: (c, e) => c.run_id !== e.runId, reason: 'the token was made in another run' },
  {
    code: 'wrong-attempt',
    fails: (c, e) => c.run_attempt !== e.runAttempt,
    reason: 'the token was made in another attempt of the run',
  },
  {
    code: 'wrong-job',
    // The id of the job's own check run, which is the job's. Older Enterprise Servers do not give the claim.
    fails: (c, e) => c.check_run_id !== undefined && e.jobIds !== undefined && !e.jobIds.includes(c.check_run_id),
    reason: 'the token was made in another job than the one that reports',
  },
  {
    code: 'wrong-runner',
    fails: (c, e) =>
      e.runnerEnvironments !== undefined && !e.runnerEnvironments.includes(c.runner_environment ?? 'unknown'),
    reason: 'the job ran on a kind of runner that this course does not accept',
  },
  {
    code: 'token-reused',
    fails: (c, e) => e.isUsed(c.jti),
    reason: 'the token was used before: a report counts once',
  },
];

/** Accepts a token's claims as proof of a report, or names the first thing that is wrong with them. */
export function verifyClaims(payload: unknown, expected: Expected): Judged {
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) {
    const missing = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return { accepted: false, code: 'claims-incomplete', reason: `the token lacks ${missing || 'its claims'}` };
  }
  const broken = rules.find((rule) => rule.fails(parsed.data, expected));
  if (broken) return { accepted: false, code: broken.code, reason: broken.reason };
  return { accepted: true, jti: parsed.data.jti, claims: parsed.data };
}

function seconds(expected: Expected): number {
  return expected.now.getTime() / 1000;
}

function leeway(expected: Expected): number {
  return expected.leeway ?? 30;
}
