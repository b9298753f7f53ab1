// The well-known actions that are built in, by `owner/name`; at any version that there is (`known-actions.json`).
import { downloadArtifact, uploadArtifact } from './artifacts.ts';
import { checkout } from './checkout.ts';
import { missCache, useInstalled } from './setup-tools.ts';
import type { StandIn } from './stand-in.ts';

export const standIns: ReadonlyMap<string, StandIn> = new Map([
  ['actions/checkout', checkout],
  ['actions/upload-artifact', uploadArtifact],
  ['actions/download-artifact', downloadArtifact],
  ['actions/setup-node', useInstalled('node')],
  ['actions/setup-python', useInstalled('python', 'python3')],
  ['astral-sh/setup-uv', useInstalled('uv')],
  ['actions/cache', missCache],
  ['actions/cache/restore', missCache],
  ['actions/cache/save', missCache],
]);
