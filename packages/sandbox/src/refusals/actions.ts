// Actions: workflows that may not start, artifacts that are gone.
import type { Table } from './refusal.ts';

const dispatch = { method: 'POST', path: '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches' };

export const actions = {
  'no-dispatch-trigger': {
    when: 'A workflow without `workflow_dispatch` is dispatched.',
    source: 'fcetool/fcetool#1',
    own: true,
    on: dispatch,
    status: 422,
    message: "Workflow does not have 'workflow_dispatch' trigger",
  },
  'no-such-ref': {
    when: 'A workflow is dispatched on a branch or tag that is not there.',
    source: 'convictional/trigger-workflow-and-wait#25; convictional/trigger-workflow-and-wait#44',
    own: true,
    on: dispatch,
    status: 422,
    message: 'No ref found for: {ref}',
    values: { ref: 'main' },
  },
  'workflow-disabled': {
    when: 'A workflow that was disabled is dispatched.',
    source: 'benc-uk/workflow-dispatch#72',
    own: true,
    on: dispatch,
    status: 422,
    message: "Cannot trigger a 'workflow_dispatch' on a disabled workflow",
  },
  'actions-disabled': {
    when: 'Actions are turned off for the repository: pushes start nothing, and a dispatch is refused. Status and words are a judgement.',
    source: null,
    own: true,
    on: dispatch,
    status: 422,
    message: 'Actions has been disabled for this repository.',
  },
  'artifact-expired': {
    when: 'An artifact is downloaded after its days are over.',
    source: 'Rubilmax/foundry-gas-diff#100; docs.github.com/rest/actions/artifacts (410)',
    own: true,
    on: { method: 'GET', path: '/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}' },
    status: 410,
    message: 'Artifact has expired',
  },
} as const satisfies Table;
