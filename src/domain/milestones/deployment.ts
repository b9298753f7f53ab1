// Milestone deployment: a service that starts, keeps its contract, and says which versions it is.
import { readMetadata } from './read-metadata.ts';
import { toProgress } from './practice.ts';
import type { MilestoneProgress, Practice, Step } from './practice.ts';
import type { Thresholds } from '../challenge/thresholds.ts';

const IMAGE = /(?:^|\/)(?:[\w.-]+\.)?(?:dockerfile|containerfile)(?:\.[\w.-]+)?$/i;

export function checkDeployment(practice: Practice, thresholds: Thresholds): MilestoneProgress {
  const endpoint = practice.report?.endpoint ?? undefined;
  const steps: Step[] = [
    { done: endpoint !== undefined, todo: 'say how the service starts: serve in pipeline.yml' },
    {
      done: endpoint?.ready_ms != null,
      todo: 'make the service start and /health answer 200 when there is a model',
    },
    {
      done: endpoint?.ok === true,
      todo: `keep the contract of /predict${endpoint && endpoint.problems.length > 0 ? `: ${endpoint.problems.slice(0, 5).join(', ')}` : ''}`,
    },
    checkVersions(practice),
    {
      done: practice.tree.some(({ path }) => IMAGE.test(path) && !/\.dockerignore$/i.test(path)),
      todo: 'make an image of the service: a Dockerfile (or Containerfile, Dockerfile.NAME, NAME.dockerfile)',
    },
    checkTag(practice),
  ];
  if (practice.probe)
    steps.push({
      done: practice.probe.ok,
      todo: 'bring the deployed service back: the last probe from outside failed',
    });
  return toProgress('deployment', steps, thresholds, describe(practice));
}

/** Both versions in each answer, and the model's is the one that its metadata names. */
function checkVersions({ report, probe, files }: Practice): Step {
  const api = probe?.apiVersion ?? report?.endpoint?.api_version;
  const model = probe?.modelVersion ?? report?.endpoint?.model_version;
  if (!api || !model) return { done: false, todo: 'put api_version and model_version into each answer' };
  const text = [...files].find(([path]) => /(?:^|\/)metadata\.json$/.test(path))?.[1];
  const metadata = text === undefined ? undefined : readMetadata(text);
  const named = metadata && !('unreadable' in metadata) ? metadata.modelVersion : model;
  return {
    done: named === model,
    todo: `serve the model that metadata.json names: it says ${named}, the answers say ${model}`,
  };
}

/** `api-1.0.0`, `api-v1.0.0`, `api/1.0.0` and `v1.0.0` all name version 1.0.0. */
const TAG_PREFIX = /^(?:(?:api|release|service)[-_/@]?)?v?(?=\d)/i;

function checkTag({ report, probe, tags }: Practice): Step {
  const version = probe?.apiVersion ?? report?.endpoint?.api_version;
  if (!version) return { done: false, todo: 'release the API with a tag, such as api-1.0.0' };
  const done = tags.some((tag) => tag.replace(TAG_PREFIX, '') === version.replace(/^v/i, ''));
  return { done, todo: `release the API with a tag: the answers say ${version}, so api-${version}` };
}

function describe({ report }: Practice): string[] {
  const endpoint = report?.endpoint;
  if (!endpoint) return [];
  const speed = endpoint.p95_ms === null ? '' : `, 95% within ${endpoint.p95_ms} ms`;
  return [`${endpoint.requests} requests, ${endpoint.failed} failed${speed}`];
}
