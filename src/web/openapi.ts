// The description of the interface for machines, as OpenAPI 3.1: what `GET /api/openapi.json` answers.

const problem = (description: string): object => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const nullable = (type: string): object => ({ type: [type, 'null'] });
const time = { ...nullable('string'), description: 'UTC, as 2026-04-07 02:56:10+00:00.' };

const refusals = {
  401: problem('There is no token, or it is neither one of GitHub Actions for this address nor one that GitHub knows.'),
  403: problem('The token is of no student repository here that it may push to, or of an event that may not submit.'),
  429: problem('Too many requests from this address; `retry-after` says when to come again.'),
  503: problem('It could not be answered now; nothing was kept.'),
};

const component = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    type: { enum: ['preprocessing', 'training', 'evaluation'] },
    state: { enum: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'] },
    node: nullable('string'),
    platform: nullable('string'),
    start_time: time,
    end_time: time,
    duration: nullable('number'),
  },
};

const pipeline = {
  type: 'object',
  required: ['id', 'name', 'state', 'status', 'position', 'reason', 'submitted_at', 'components'],
  properties: {
    id: { type: 'string' },
    name: { type: 'string' },
    kfp_id: { ...nullable('string'), description: 'The id of its first workflow run.' },
    state: { enum: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'] },
    status: { enum: ['queued', 'placed', 'running', 'succeeded', 'failed', 'cancelled', 'refused'] },
    position: { ...nullable('integer'), description: 'Its place among those that wait, from 1.' },
    reason: { ...nullable('string'), description: 'Why it ended as it did, or was refused.' },
    submitted_at: { type: 'string' },
    scheduled_at: time,
    finished_at: time,
    duration: nullable('number'),
    components: { type: 'object', additionalProperties: component },
  },
};

const submitted = {
  type: 'object',
  required: ['id', 'repository', 'commit', 'state'],
  properties: {
    id: { type: 'string' },
    repository: { type: 'string' },
    commit: { type: 'string' },
    state: { const: 'SUBMITTED' },
  },
};

const problemSchema = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string' },
    message: { type: 'string' },
    fields: {
      type: 'array',
      description: 'What is wrong with which field of the body; an empty name is the body itself.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

const json = (name: string): object => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });

export const openApi = {
  openapi: '3.1.0',
  info: { title: 'Practicum: placement', version: '1' },
  paths: {
    '/api/pipelines': {
      post: {
        operationId: 'submitPipeline',
        summary: 'Put the pipeline of a commit into the queue of its organisation.',
        security: [{ identity: [] }],
        requestBody: {
          required: false,
          content: json('Submission'),
        },
        responses: {
          202: { description: 'It goes into the queue.', content: json('Submitted') },
          413: problem('The body is too large.'),
          422: problem('Some fields cannot be used; `fields` says which and why.'),
          ...refusals,
        },
      },
    },
    '/api/pipelines/{id}': {
      get: {
        operationId: 'getPipeline',
        summary: 'How a pipeline stands that was submitted from the same repository.',
        security: [{ identity: [] }],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          {
            name: 'repository',
            in: 'query',
            description: 'owner/name; needed with a token that is of no run.',
            schema: { type: 'string' },
          },
        ],
        responses: {
          200: { description: 'The pipeline.', content: json('Pipeline') },
          404: problem('This repository has submitted no pipeline of that id.'),
          ...refusals,
        },
      },
    },
  },
  components: {
    securitySchemes: {
      identity: {
        type: 'http',
        scheme: 'bearer',
        description:
          'The identity token of a GitHub Actions run, made for the audience `ADDRESS/api/pipelines`; or, at a desk, a token of GitHub that may push to the repository, such as `gh auth token` prints.',
      },
    },
    schemas: {
      Submission: {
        type: 'object',
        additionalProperties: false,
        properties: {
          commit: {
            type: 'string',
            pattern: '^[0-9a-f]{40}$',
            description:
              'The commit of the run; it may be left out, and cannot be another. At a desk it has to be said.',
          },
          repository: { type: 'string', description: 'owner/name. At a desk it has to be said.' },
        },
      },
      Submitted: submitted,
      Pipeline: pipeline,
      Problem: problemSchema,
    },
  },
} as const;
