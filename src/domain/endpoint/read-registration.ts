// Where a student says the endpoint is: the repository variable, or practicum.yml in the repository.
import { readYamlValue } from '../text/parse-yaml.ts';
import { isPrintable } from '../text/storable.ts';
import type { PredictShape } from './probe-contract.ts';

export type Registration = { url?: string; shape?: PredictShape; problem?: string };

const longest = 2048;

/** The variable goes before the file's `endpoint`; the form of the body is the file's `shape`. Nothing registered: nothing. */
export function readRegistration({ variable, file }: { variable?: string; file?: string }): Registration {
  const written = file === undefined ? {} : readFile(file);
  const given = variable?.trim() || undefined;
  if (given === undefined && 'problem' in written) return { problem: written.problem! };
  const url = given ?? written.url;
  if (url === undefined) return {};
  if (url.length > longest || !isPrintable(url) || !/^https?:\/\/\S+$/i.test(url)) {
    return { problem: 'the address of the endpoint must look like https://host/path' };
  }
  if (/[?#]/.test(url))
    return { problem: 'the address of the endpoint must end before any ? or #: paths are added to it' };
  return { url, ...(written.shape === undefined ? {} : { shape: written.shape }) };
}

function readFile(text: string): Registration {
  const read = readYamlValue(text, { maxAliases: 0 });
  if (!('value' in read)) {
    const { line, message } = read.problems[0]!;
    return { problem: `practicum.yml is not YAML: line ${line}: ${message}` };
  }
  const { value } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { endpoint, shape } = value as { endpoint?: unknown; shape?: unknown };
  if (endpoint !== undefined && typeof endpoint !== 'string')
    return { problem: '`endpoint` in practicum.yml must be an address' };
  if (shape !== undefined && shape !== 'batch' && shape !== 'flat') {
    return { problem: '`shape` in practicum.yml must be batch or flat' };
  }
  return { ...(endpoint === undefined ? {} : { url: endpoint.trim() }), ...(shape === undefined ? {} : { shape }) };
}
